package com.scaleoutsystems.edge.benchmarks.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.benchmarks.Measurement;
import com.scaleoutsystems.edge.benchmarks.Proc;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the measured programs have in common. They take the arguments {@code warmSeconds}, how much processor time to spend on
 * {@code warmInput} beforehand, but at most three times as long; {@code input}, what it is measured on; {@code before}, how often to do just that without measuring; and
 * {@code server}, the process of the server. The last two may be missing.
 */
final class Measured {
    /** Work that waits most of the time takes long to use processor time, and little to get warm. */
    private static final int LONGEST_WARM_UP = 3;

    private static final int BACKED_MEBIBYTES = 1024;

    private final Map<String, Double> more = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    private Measured() {}

    /** A piece of work that starts and stops the watch itself, so that what comes before and after is not counted. */
    interface Work {
        void on(String input, Stopwatch watch, Measured told) throws Exception;
    }

    static void run(Arguments arguments, Work work) throws Exception {
        OptionalLong server =
                arguments.has("server") ? OptionalLong.of(arguments.number("server")) : OptionalLong.empty();
        double warmSeconds = arguments.seconds("warmSeconds");
        long end = System.nanoTime() + (long) (LONGEST_WARM_UP * warmSeconds * 1e9);
        double enough = Stopwatch.ownCpuSeconds() + warmSeconds;
        while (Stopwatch.ownCpuSeconds() < enough && System.nanoTime() < end) {
            work.on(arguments.text("warmInput"), new Stopwatch(server), new Measured());
        }
        for (int i = 0; arguments.has("before") && i < arguments.number("before"); i++) {
            work.on(arguments.text("input"), new Stopwatch(server), new Measured());
        }
        backMemory();
        Stopwatch watch = new Stopwatch(server);
        Measured told = new Measured();
        work.on(arguments.text("input"), watch, told);
        told.print(watch, server.isPresent());
    }

    /**
     * Uses more of the machine's free memory than the work will, and gives it back. What is free in a virtual machine its host may
     * have taken away. It comes back page by page when it is used, which takes several times as long as most work here, and hits
     * whoever happens to be first.
     */
    private static void backMemory() throws IOException {
        byte[] block = new byte[1 << 20];
        Path file = Files.createTempFile("scaleout-benchmark-", ".tmp");
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < BACKED_MEBIBYTES; i++) {
                out.write(block);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Tells a further value. */
    void tell(String figure, double value) {
        more.put(figure, value);
    }

    void note(String note) {
        notes.add(note);
    }

    private void print(Stopwatch watch, boolean withServer) throws IOException {
        Measurement measurement = new Measurement(
                watch.seconds(),
                watch.cpuSeconds(),
                withServer ? watch.serverCpu() : null,
                Proc.peakRssMebibytes(ProcessHandle.current().pid()),
                more,
                notes);
        System.out.println(new ObjectMapper().writeValueAsString(measurement));
    }
}
