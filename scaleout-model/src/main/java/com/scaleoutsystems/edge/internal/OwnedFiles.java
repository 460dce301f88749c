package com.scaleoutsystems.edge.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The temporary files of this process in one directory. Their names show whose they are, so that the next process to make some there
 * deletes those of a process that was killed.
 *
 * <p>Each process locks a file of its own, {@code scaleout-owner-<number>.lock}, as long as it has files in the directory. The names of
 * these contain the number. The system drops the lock when the process ends, however it ends. A process id would not do: in containers
 * all processes have the same few.
 */
public final class OwnedFiles {
    private static final String LOCK_PREFIX = "scaleout-owner-";
    private static final String LOCK_SUFFIX = ".lock";
    private static final Pattern LOCK = Pattern.compile(LOCK_PREFIX + "(\\d+)\\" + LOCK_SUFFIX);

    private static final SecureRandom NUMBERS = new SecureRandom();

    private static final FileAttribute<?>[] OWNER_ONLY =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];

    /** Those of this JVM that have users. Its monitor is held for moments only, and never over work on a disk. */
    private static final Map<Path, OwnedFiles> HELD = new HashMap<>();

    /**
     * The lock files of this JVM, from before they are made until after they are gone. On some systems closing any channel on a file
     * drops all of the process's locks on it, so none of these must even be opened.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    /** The directories in which a thread of this JVM deletes leftovers. Others need not do the same, and do not wait for it. */
    private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

    /** How leftovers are deleted. */
    interface Deletion {
        /** Deletes a file, or a directory with all that is in it. */
        void delete(Path path) throws IOException;
    }

    private final Path directory;
    private final Path lockFile;
    private final FileChannel lock;
    private final String number;
    private int users;

    private OwnedFiles(Path directory, Path lockFile, FileChannel lock, String number) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
        this.number = number;
    }

    /**
     * Gives the files of this process in the directory for temporary files.
     *
     * @return the files, to be {@linkplain #release() released} when the last file of this user is gone
     * @throws IOException if the directory takes no files
     */
    public static OwnedFiles temporary() throws IOException {
        return in(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Gives the files of this process in a directory. The first user makes those of dead processes disappear.
     *
     * @param directory where; it must be there
     * @return the files, to be {@linkplain #release() released} when the last file of this user is gone
     * @throws IOException if the directory takes no files
     */
    public static OwnedFiles in(Path directory) throws IOException {
        Path real = directory.toRealPath();
        OwnedFiles held = held(real);
        if (held != null) {
            return held;
        }
        sweep(real, OwnedFiles::deleteTree);
        OwnedFiles made = lock(real);
        OwnedFiles files = held(real, made);
        if (files != made) {
            // Another thread was first.
            made.unlock();
        }
        return files;
    }

    /** Those of this JVM in a directory, with one more user; null if there are none. */
    private static @Nullable OwnedFiles held(Path directory) {
        synchronized (HELD) {
            OwnedFiles files = HELD.get(directory);
            if (files != null) {
                files.users++;
            }
            return files;
        }
    }

    /** Those of this JVM in a directory, or else those that were made, with one more user. */
    private static OwnedFiles held(Path directory, OwnedFiles made) {
        synchronized (HELD) {
            OwnedFiles files = HELD.computeIfAbsent(directory, absent -> made);
            files.users++;
            return files;
        }
    }

    /**
     * Deletes what dead processes have left in a directory, unless another thread of this JVM does so now.
     *
     * @param directory where
     */
    public static void deleteLeftovers(Path directory) {
        deleteLeftovers(directory, OwnedFiles::deleteTree);
    }

    static void deleteLeftovers(Path directory, Deletion deletion) {
        try {
            sweep(directory.toRealPath(), deletion);
        } catch (IOException gone) {
            // Then nothing is left in it.
            return;
        }
    }

    private static OwnedFiles lock(Path directory) throws IOException {
        while (true) {
            String number = Long.toUnsignedString(NUMBERS.nextLong());
            Path file = directory.resolve(LOCK_PREFIX + number + LOCK_SUFFIX);
            OwnedFiles files = null;
            OWN.add(file);
            try {
                FileChannel channel = FileChannel.open(Files.createFile(file, OWNER_ONLY), StandardOpenOption.WRITE);
                try {
                    // Another process may have taken it for a leftover before it was locked.
                    if (isLocked(channel) && Files.exists(file)) {
                        files = new OwnedFiles(directory, file, channel, number);
                        return files;
                    }
                } finally {
                    if (files == null) {
                        channel.close();
                    }
                }
            } finally {
                if (files == null) {
                    OWN.remove(file);
                }
            }
        }
    }

    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException noLocks) {
            // On a file system without locks no process can take this one for dead.
            return true;
        }
    }

    private static void sweep(Path directory, Deletion deletion) {
        if (!SWEPT.add(directory)) {
            return;
        }
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(directory, LOCK_PREFIX + "*" + LOCK_SUFFIX)) {
            for (Path file : locks) {
                Matcher name = LOCK.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !OWN.contains(file)) {
                    deleteIfDead(directory, file, name.group(1), deletion);
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            // A directory may let this user make files but not list them.
            return;
        } finally {
            SWEPT.remove(directory);
        }
    }

    private static void deleteIfDead(Path directory, Path lockFile, String number, Deletion deletion) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "scaleout-*-" + number + "-*")) {
                    for (Path file : files) {
                        deletion.delete(file);
                    }
                }
                Files.deleteIfExists(lockFile);
            }
        } catch (IOException | DirectoryIteratorException | OverlappingFileLockException notOurs) {
            // Its owner is another user, or alive, or another process is deleting it.
            return;
        }
    }

    /**
     * Makes an empty file that only its owner may read.
     *
     * @param kind what it is for, a part of its name
     * @param suffix the end of its name
     * @return the file
     * @throws IOException if it can't be made
     */
    public Path newFile(String kind, String suffix) throws IOException {
        return Files.createTempFile(directory, prefix(kind), suffix);
    }

    /**
     * Makes an empty directory that only its owner may use.
     *
     * @param kind what it is for, a part of its name
     * @return the directory
     * @throws IOException if it can't be made
     */
    public Path newDirectory(String kind) throws IOException {
        return Files.createTempDirectory(directory, prefix(kind));
    }

    private String prefix(String kind) {
        return "scaleout-" + kind + "-" + number + "-";
    }

    /** Tells that one user has no more files. Call it once for each {@link #in}. */
    public void release() {
        boolean wasLast;
        synchronized (HELD) {
            users--;
            wasLast = users == 0;
            if (wasLast) {
                HELD.remove(directory);
            }
        }
        if (wasLast) {
            unlock();
        }
    }

    private void unlock() {
        try {
            try {
                Files.deleteIfExists(lockFile);
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            // It is a leftover from now on, and the next process deletes it.
            return;
        } finally {
            OWN.remove(lockFile);
        }
    }

    /**
     * Deletes a file, or a directory with all that is in it.
     *
     * @param path the file or directory
     * @throws IOException if something can't be deleted
     */
    public static void deleteTree(Path path) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
