package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** Files that only their owner may read. */
final class OwnerOnly {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /**
     * Makes the directory, and those above it, if they are not there.
     *
     * @throws FileSystemException if a file is in the place of one of them; its message names the file
     */
    static void directory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(directory, attributes(FOLDER));
        } catch (IOException refused) {
            throw fileInTheWay(directory)
                    .map(file -> isNoDirectory(file, refused))
                    .orElse(refused);
        }
        if (!POSIX) {
            forOwnerOnly(directory.toFile());
        }
    }

    /** What is not a directory and stands in the place of this one, or of one above it. */
    private static Optional<Path> fileInTheWay(Path directory) {
        Path nearest = directory.toAbsolutePath();
        while (nearest != null && !Files.exists(nearest, LinkOption.NOFOLLOW_LINKS)) {
            nearest = nearest.getParent();
        }
        return Optional.ofNullable(nearest).filter(there -> !Files.isDirectory(there));
    }

    private static IOException isNoDirectory(Path file, IOException cause) {
        IOException named = new FileSystemException(file.toString(), null, "is a file, not a directory");
        named.initCause(cause);
        return named;
    }

    /** Puts content in place of a file's former one, whole or not at all; it is on the disk when this returns. */
    static void write(Path file, byte[] content) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(aside);
        Files.createFile(aside, attributes(FILE));
        if (!POSIX) {
            forOwnerOnly(aside.toFile());
        }
        try (FileChannel out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        try {
            DurableFiles.syncDirectory(
                    Objects.requireNonNull(file.toAbsolutePath().getParent()));
        } catch (IOException unsynced) {
            // Some file systems sync no directories. The content is in place, and a power cut leaves it or the former
            // one.
            LOG.debug("the client could not sync the directory of {}", file, unsynced);
        }
    }

    /** Takes away what others may do with a file or a directory. Tells whether others could do anything. */
    static boolean tighten(Path path) throws IOException {
        if (!POSIX) {
            return false;
        }
        Set<PosixFilePermission> wanted = Files.isDirectory(path) ? FOLDER : FILE;
        if (Files.getPosixFilePermissions(path).equals(wanted)) {
            return false;
        }
        Files.setPosixFilePermissions(path, wanted);
        return true;
    }

    /**
     * Takes away what others may do with what is there: a file, or a directory with all that is in it. If that is not possible the log
     * says so, and the client goes on: the files may belong to another user who shares them on purpose.
     */
    static void tightenAll(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : (Iterable<Path>) all.filter(found -> !Files.isSymbolicLink(found))::iterator) {
                tighten(each);
            }
        } catch (NoSuchFileException gone) {
            // Then there is nothing to read.
        } catch (IOException | UncheckedIOException | UnsupportedOperationException refused) {
            LOG.warn(
                    "other users may be able to read {}, and the client cannot change that; check its owner and its mode: {}",
                    path,
                    refused.toString());
        }
    }

    /** Opens a file for writing; makes it, if it is not there. */
    static FileChannel open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), attributes(FILE));
        tightenAll(file);
        return channel;
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static void forOwnerOnly(File file) throws IOException {
        boolean done = file.setReadable(false, false)
                && file.setReadable(true, true)
                && file.setWritable(false, false)
                && file.setWritable(true, true);
        if (!done) {
            throw new IOException("this file system cannot keep others from reading " + file);
        }
    }
}
