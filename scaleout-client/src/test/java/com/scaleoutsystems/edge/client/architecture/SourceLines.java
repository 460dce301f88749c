package com.scaleoutsystems.edge.client.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Counts the lines of source files that hold code. Blank lines and lines that hold only comments do not count. */
final class SourceLines {

    private SourceLines() {}

    /** All Java files below a folder. */
    static List<Path> filesBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int ofCode(Path file) {
        try {
            return ofCode(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Formatted code never has code and a block comment in one line: the start of a line tells what it is. */
    static int ofCode(String source) {
        int count = 0;
        boolean comment = false;
        for (String line : source.lines().map(String::strip).toList()) {
            boolean begins = line.startsWith("/*");
            if (!comment && !begins && !line.isEmpty() && !line.startsWith("//")) {
                count++;
            }
            comment = (comment || begins) && !line.endsWith("*/");
        }
        return count;
    }
}
