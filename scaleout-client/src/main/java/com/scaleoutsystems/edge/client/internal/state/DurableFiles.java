package com.scaleoutsystems.edge.client.internal.state;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes what happened in a directory survive a power cut. */
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
}
