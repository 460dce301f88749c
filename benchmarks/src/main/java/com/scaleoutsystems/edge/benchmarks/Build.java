package com.scaleoutsystems.edge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A build of this repository whose programs are measured.
 *
 * @param name for people
 * @param classPath of the programs in the package {@code worker}
 * @param startScript of the command line
 */
record Build(String name, String classPath, Path startScript) {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    /** The build that the benchmarks belong to. */
    static Build current() {
        return new Build("now", System.getProperty("java.class.path"), startScript(MODULE.resolveSibling(".")));
    }

    /** A build of another commit, as {@code benchmarks/baseline} leaves it. */
    static Build in(String name, Path repository) throws IOException {
        Path root = repository.toAbsolutePath();
        String classPath =
                Files.readString(root.resolve("benchmarks/target/classpath")).strip();
        return new Build(name, classPath, startScript(root));
    }

    private static Path startScript(Path repository) {
        return repository.resolve("scaleout-cli/target/scaleout-edge").normalize();
    }
}
