package com.scaleoutsystems.edge.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The start script of the command line, on the Java of the benchmarks and with a cache of its own. */
final class StartScript {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path script;
    private final Path cache;

    private StartScript(Path script, Path cache) {
        this.script = script;
        this.cache = cache;
    }

    /**
     * Starts it once, and waits for the archive of prepared classes that it then has made in the background. What lies in the cache is of
     * an earlier build, and goes.
     */
    static StartScript warm(Path script, Path cache) throws IOException {
        if (!Files.isExecutable(script)) {
            throw new IOException("there is no " + script + "; build the command line first: mvn -Dquick package");
        }
        Folders.delete(cache);
        StartScript warmed = new StartScript(script, cache);
        long start = System.nanoTime();
        try {
            warmed.command(List.of("--version"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            while (!warmed.isWarm()) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IOException("the start script has made no archive in " + cache);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an archive was made", e);
        }
        return warmed;
    }

    ProcessBuilder command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(script.toString());
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment().put("SCALEOUT_EDGE_CACHE", cache.toString());
        // Each Java would tell that it has read them.
        process.environment().remove("JAVA_TOOL_OPTIONS");
        return process;
    }

    /** The options that the script gives to Java for a client, with the archive: what Java has there and not by itself. */
    List<String> jvmOptions() throws IOException {
        List<String> options = new ArrayList<>(told(command(List.of("client", "--help"))));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        options.removeAll(told(new ProcessBuilder(java, "-version")));
        return options;
    }

    private List<String> told(ProcessBuilder process) throws IOException {
        process.environment().remove("JAVA_TOOL_OPTIONS");
        process.environment().put("JDK_JAVA_OPTIONS", "-XX:+PrintCommandLineFlags");
        process.redirectError(ProcessBuilder.Redirect.DISCARD);
        String output = new String(process.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output.lines()
                .filter(line -> line.startsWith("-XX:"))
                .findFirst()
                .map(line -> List.of(line.strip().split(" +")))
                .orElseThrow(() -> new IOException("Java does not tell with which options " + script + " starts it"));
    }

    /** What the archive belongs to; it helps where this comes first in the class path. */
    Path jar() {
        return script.resolveSibling("scaleout-edge.jar");
    }

    private boolean isWarm() throws IOException {
        if (Files.notExists(cache)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(cache)) {
            List<String> names =
                    files.map(file -> String.valueOf(file.getFileName())).toList();
            return names.contains("classes") && !names.contains("making");
        }
    }
}
