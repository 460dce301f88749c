package com.scaleoutsystems.edge.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param folder where models, processes and reports are kept
 * @param repetitions how often each side is run
 * @param transferSizes the models that are transferred, in MiB
 * @param taskSizes the models of the tasks for which a process is started, in MiB
 * @param firstSizes the models that are downloaded first, in MiB
 * @param modelSize the model that is worked on, in MiB
 * @param warmSize the model that warms up, in MiB
 * @param warmUp how much processor time each JVM spends to warm up
 * @param javaTasks how many tasks Java does for its latencies
 * @param pythonTasks how many tasks the reference does for its latencies
 * @param longestPause the longest pause between two of these tasks
 * @param records how many telemetry records are sent
 * @param idle how long an idle client is watched
 * @param seed of all random data
 * @param jvmOptions further options of each JVM that is measured
 */
public record Settings(
        Path folder,
        int repetitions,
        List<Integer> transferSizes,
        List<Integer> taskSizes,
        List<Integer> firstSizes,
        int modelSize,
        int warmSize,
        Duration warmUp,
        int javaTasks,
        int pythonTasks,
        Duration longestPause,
        int records,
        Duration idle,
        long seed,
        List<String> jvmOptions) {

    /** What the targets are about. */
    static Settings full(Path folder) {
        return new Settings(
                folder,
                5,
                List.of(64, 256),
                List.of(2, 256),
                List.of(8, 256),
                256,
                8,
                Duration.ofSeconds(15),
                200,
                40,
                Duration.ofSeconds(5),
                20_000,
                Duration.ofSeconds(60),
                42,
                List.of());
    }

    /** The same paths in minutes, for work on the benchmarks; the figures mean little. */
    static Settings small(Path folder) {
        return new Settings(
                folder,
                2,
                List.of(8),
                List.of(2),
                List.of(8),
                8,
                1,
                Duration.ofMillis(500),
                6,
                2,
                Duration.ofSeconds(1),
                1_000,
                Duration.ofSeconds(5),
                42,
                List.of());
    }

    Settings with(int newRepetitions, List<String> newJvmOptions) {
        return new Settings(
                folder,
                newRepetitions,
                transferSizes,
                taskSizes,
                firstSizes,
                modelSize,
                warmSize,
                warmUp,
                javaTasks,
                pythonTasks,
                longestPause,
                records,
                idle,
                seed,
                newJvmOptions);
    }
}
