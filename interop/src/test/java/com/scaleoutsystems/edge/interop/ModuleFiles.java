package com.scaleoutsystems.edge.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where the files of this module lie, whatever folder the tests are started in. */
final class ModuleFiles {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();

    private ModuleFiles() {}

    static Path python(String name) {
        return MODULE.resolve("src/test/python").resolve(name);
    }

    static Path target() {
        return MODULE.resolve("target");
    }

    /** A file of another module. */
    static Path ofModule(String module, String name) {
        return MODULE.resolveSibling(module).resolve(name);
    }

    static Path emptyFolder(Path folder) {
        try {
            delete(folder);
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
