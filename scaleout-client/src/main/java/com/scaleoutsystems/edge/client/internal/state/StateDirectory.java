package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A directory that belongs to one running process at a time. Holds the client's id and, on disk, its rows and models. The directory of a
 * group of clients has a folder for each, with what only that client has.
 */
public final class StateDirectory implements AutoCloseable {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    static final String LOCK = "lock";
    private static final String CLIENT_ID = "client-id";
    private static final String PLACE = "place";

    /** Stands in the file of the place for a directory that has no place of its own. */
    private static final String ANY_PLACE = "any";

    /**
     * The directories that this JVM holds. On some systems closing any channel on a file drops all of the process's locks on it, so
     * a lock file that is held here must not even be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final Runnable unlock;

    private StateDirectory(Path directory, Runnable unlock) {
        this.directory = directory;
        this.unlock = unlock;
    }

    /**
     * Creates the directory, for its owner only, if it is missing, and locks it.
     *
     * @throws EdgeException FAILED_PRECONDITION if another client has it, IO if it cannot be made or written
     */
    public static StateDirectory open(Path directory) {
        FileChannel channel = null;
        Path real = null;
        boolean locked = false;
        try {
            OwnerOnly.directory(directory);
            real = directory.toRealPath();
            if (!HELD.add(real)) {
                real = null;
                throw inUse(directory);
            }
            channel = OwnerOnly.open(directory.resolve(LOCK));
            if (tryLock(channel) == null) {
                channel.close();
                throw inUse(directory);
            }
            locked = true;
            OwnerOnly.tightenAll(directory.resolve(CLIENT_ID));
            Path held = real;
            FileChannel lockFile = channel;
            return new StateDirectory(directory, () -> unlock(directory, held, lockFile));
        } catch (IOException | UnsupportedOperationException e) {
            // File systems that are read-only by their nature say so in an unchecked way.
            closeAfter(e, channel);
            throw failure("cannot use the state directory " + directory, e);
        } finally {
            if (!locked && real != null) {
                HELD.remove(real);
            }
        }
    }

    /**
     * The folder of one client in the directory of a group, which stays locked as a whole.
     *
     * @param name tells the clients of the group apart
     * @param closed called when this folder is closed
     * @throws EdgeException IO if it cannot be made or written
     */
    public StateDirectory member(String name, Runnable closed) {
        Path folder = directory.resolve(name);
        try {
            OwnerOnly.directory(folder);
            OwnerOnly.tightenAll(folder.resolve(CLIENT_ID));
        } catch (IOException e) {
            throw failure("cannot use the state directory " + folder, e);
        }
        return new StateDirectory(folder, closed);
    }

    private static EdgeException inUse(Path directory) {
        return new EdgeException(
                ErrorCode.FAILED_PRECONDITION,
                "the state directory " + directory + " is in use by another client; give each client its own");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    private static void closeAfter(Exception failure, @Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Where the directory is. */
    public Path path() {
        return directory;
    }

    /**
     * The client's id that this directory belongs to. Kept on first use.
     *
     * @param given the id that the host sets, if it does
     * @param fresh makes an id when neither the host nor the directory has one
     * @throws EdgeException FAILED_PRECONDITION if the directory belongs to another id
     */
    public String clientId(Optional<String> given, Supplier<String> fresh) {
        Path file = directory.resolve(CLIENT_ID);
        try {
            String kept = Files.exists(file)
                    ? Files.readString(file, StandardCharsets.UTF_8).strip()
                    : "";
            // An empty file is what a power cut may leave of one that was being written.
            if (!kept.isEmpty()) {
                if (given.isPresent() && !given.get().equals(kept)) {
                    throw new EdgeException(
                            ErrorCode.FAILED_PRECONDITION,
                            "the state directory " + directory + " belongs to the client id " + kept + ", not to "
                                    + given.get() + "; use that id or another directory");
                }
                return kept;
            }
            String id = given.orElseGet(fresh);
            OwnerOnly.write(file, (id + "\n").getBytes(StandardCharsets.UTF_8));
            return id;
        } catch (IOException e) {
            throw failure("cannot keep the client id in " + file, e);
        }
    }

    /**
     * Warns if the directory was used in another place before. It may be a copy, and then another client has the same id, tokens and
     * records; or someone has moved it. Call it while the directory is locked, at the start.
     */
    public void checkPlace() {
        try {
            checkPlace(StatePlace.of(directory));
        } catch (IOException e) {
            LOG.debug("the client could not note where its state directory is", e);
        }
    }

    void checkPlace(StatePlace here) throws IOException {
        Path file = directory.resolve(PLACE);
        String kept = Files.exists(file)
                ? Files.readString(file, StandardCharsets.UTF_8).strip()
                : "";
        if (kept.equals(ANY_PLACE)) {
            return;
        }
        Optional<StatePlace> former = StatePlace.read(kept);
        if (former.isEmpty()) {
            OwnerOnly.write(file, here.write().getBytes(StandardCharsets.UTF_8));
            return;
        }
        List<String> differences = here.differences(former.get());
        if (!differences.isEmpty()) {
            LOG.warn(
                    "the state directory {} was used in another place before ({}). If it is a copy, two clients have one identity: stop"
                            + " this one and delete the content of this directory. If you have moved it, delete its file '{}', or"
                            + " write the word {} into that file if it moves often",
                    directory,
                    String.join("; ", differences),
                    PLACE,
                    ANY_PLACE);
        }
    }

    private static EdgeException failure(String what, Exception cause) {
        String cure = String.valueOf(cause.getMessage()).contains("too long")
                ? "a file system takes only names of up to 255 bytes; give a shorter path"
                : "give a writable directory";
        return new EdgeException(
                ErrorCode.IO,
                what + ": " + cause + "; " + cure + " to stateDirectory(...), or choose stateless()",
                cause);
    }

    /** Unlocks the directory. */
    @Override
    public void close() {
        unlock.run();
    }

    private static void unlock(Path directory, Path held, FileChannel lockFile) {
        try {
            lockFile.close();
            HELD.remove(held);
        } catch (IOException e) {
            throw failure("cannot unlock " + directory, e);
        }
    }
}
