package com.scaleoutsystems.edge.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
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

    /**
     * Those of this JVM. On some systems closing any channel on a file drops all of the process's locks on it, so a lock file that is
     * held here must not even be opened.
     */
    private static final Map<Path, OwnedFiles> HELD = new HashMap<>();

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
        synchronized (HELD) {
            OwnedFiles files = HELD.get(real);
            if (files == null) {
                sweep(real, null);
                files = lock(real);
                HELD.put(real, files);
            }
            files.users++;
            return files;
        }
    }

    /**
     * Deletes what dead processes have left in a directory.
     *
     * @param directory where
     */
    public static void deleteLeftovers(Path directory) {
        try {
            Path real = directory.toRealPath();
            synchronized (HELD) {
                sweep(real, HELD.get(real));
            }
        } catch (IOException gone) {
            // Then nothing is left in it.
            return;
        }
    }

    private static OwnedFiles lock(Path directory) throws IOException {
        while (true) {
            Path file = Files.createTempFile(directory, LOCK_PREFIX, LOCK_SUFFIX);
            Matcher name = LOCK.matcher(file.getFileName().toString());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            boolean isOurs = false;
            try {
                // Another process may have taken it for a leftover before it was locked.
                isOurs = name.matches() && isLocked(channel) && Files.exists(file);
                if (isOurs) {
                    return new OwnedFiles(directory, file, channel, name.group(1));
                }
            } finally {
                if (!isOurs) {
                    channel.close();
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

    private static void sweep(Path directory, @Nullable OwnedFiles own) {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(directory, LOCK_PREFIX + "*" + LOCK_SUFFIX)) {
            for (Path file : locks) {
                Matcher name = LOCK.matcher(file.getFileName().toString());
                boolean isOwn = own != null && own.lockFile.equals(file);
                if (!isOwn && name.matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    deleteIfDead(directory, file, name.group(1));
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            // A directory may let this user make files but not list them.
            return;
        }
    }

    private static void deleteIfDead(Path directory, Path lockFile, String number) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "scaleout-*-" + number + "-*")) {
                    for (Path file : files) {
                        deleteTree(file);
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
        synchronized (HELD) {
            users--;
            if (users == 0) {
                HELD.remove(directory);
                unlock();
            }
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
