package com.scaleoutsystems.edge.model.internal.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a file is still the one that it was. It costs one look at the directory, and misses what leaves size and time as they are:
 * a change within the resolution of the file system's times, or one through a mapping that is not written to the disk yet.
 *
 * @param key which file it is, where the file system can tell
 * @param size its number of bytes
 * @param changed when it was last written
 */
public record FileStamp(@Nullable Object key, long size, FileTime changed) {

    /**
     * Looks at a file.
     *
     * @param file the file
     * @return the file as it is now
     * @throws IOException if there is no such file
     */
    public static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }
}
