package com.scaleoutsystems.edge.client.internal.state;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Makes what happened in a directory survive a power cut, and tells whether a file is still in its place. */
final class DurableFiles {

    /** Windows neither can nor has to sync a directory. */
    private static final boolean DIRECTORIES_CAN_BE_SYNCED = File.separatorChar == '/';

    private DurableFiles() {}

    /** From now on, the files that were made, renamed or deleted in the directory are so even after a power cut. */
    static void syncDirectory(Path directory) throws IOException {
        if (DIRECTORIES_CAN_BE_SYNCED) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Which file a path leads to at the moment: equal as long as it is the same file; empty if there is none, or none within reach. */
    static Optional<Object> fileAt(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            // Windows has no such keys, and does not give the name of an open file to another one.
            return Optional.of(key == null ? path : key);
        } catch (IOException outOfReach) {
            return Optional.empty();
        }
    }
}
