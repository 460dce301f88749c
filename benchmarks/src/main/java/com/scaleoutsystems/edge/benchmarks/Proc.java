package com.scaleoutsystems.edge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel tells of processes. Linux only. */
public final class Proc {
    /** The kernel counts processor time in hundredths of a second, whatever its own clock does. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Path ROOT = Path.of("/proc");

    private Proc() {}

    /** Whether this system tells anything. */
    public static boolean isThere() {
        return Files.exists(ROOT.resolve("self/status"));
    }

    /** The processor time that a process has used so far, in steps of 10 ms. */
    public static double cpuSeconds(long pid) throws IOException {
        return ticks(Long.toString(pid), 11) / TICKS_PER_SECOND;
    }

    /** The processor time of all processes that this one has started and that have ended, and of those that they waited for. */
    public static double endedChildrenCpuSeconds() throws IOException {
        return ticks("self", 13) / TICKS_PER_SECOND;
    }

    /** The sum of two fields, user and system, that follow each other. */
    private static long ticks(String process, int first) throws IOException {
        String line = Files.readString(ROOT.resolve(process + "/stat"));
        // The name of the program comes second, in brackets, and may hold blanks.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1]);
    }

    /** The largest resident set that a process has had so far. */
    public static double peakRssMebibytes(long pid) throws IOException {
        return mebibytes(ROOT.resolve(pid + "/status"), "VmHWM:");
    }

    /** The resident set of a process now, pages that it shares with others included. */
    public static double rssMebibytes(long pid) throws IOException {
        return mebibytes(ROOT.resolve(pid + "/status"), "VmRSS:");
    }

    /** The resident set of a process now, with its share of the pages that others have too. */
    public static double pssMebibytes(long pid) throws IOException {
        return mebibytes(ROOT.resolve(pid + "/smaps_rollup"), "Pss:");
    }

    /** The mean number of processes that wanted to run in the last minute. */
    static double load() throws IOException {
        return Double.parseDouble(Files.readString(ROOT.resolve("loadavg")).split(" ", 2)[0]);
    }

    static String processor() throws IOException {
        return Files.readAllLines(ROOT.resolve("cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    static double memoryGibibytes() throws IOException {
        return mebibytes(ROOT.resolve("meminfo"), "MemTotal:") / 1024;
    }

    private static double mebibytes(Path file, String key) throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (String line : lines) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("There is no " + key + " in " + file);
    }
}
