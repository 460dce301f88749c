package com.scaleoutsystems.edge.examples.digits;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A directory in which results appear whole or not at all: they are written aside, and take their names once all are written.
 * Closing it without {@link #publish()} leaves what was there before.
 */
final class ResultDirectory implements AutoCloseable {

    private final Path directory;
    private final Map<Path, Path> written = new LinkedHashMap<>();

    /** Makes the directory if it is not there. */
    ResultDirectory(Path directory) throws IOException {
        try {
            this.directory = Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IOException(
                    "the results cannot go to %s, which cannot be made a directory".formatted(directory), e);
        }
    }

    /** Writes what a file of the results holds. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    void write(String name, Content content) throws IOException {
        Path aside = directory.resolve(
                ".%s.%d.part".formatted(name, ProcessHandle.current().pid()));
        written.put(aside, directory.resolve(name));
        try (OutputStream out = Files.newOutputStream(aside)) {
            content.writeTo(out);
        }
    }

    /** Gives all written files their names, in place of older ones. */
    void publish() throws IOException {
        for (Map.Entry<Path, Path> file : written.entrySet()) {
            Files.move(file.getKey(), file.getValue(), StandardCopyOption.ATOMIC_MOVE);
        }
        written.clear();
    }

    @Override
    public void close() throws IOException {
        for (Path aside : written.keySet()) {
            Files.deleteIfExists(aside);
        }
        written.clear();
    }
}
