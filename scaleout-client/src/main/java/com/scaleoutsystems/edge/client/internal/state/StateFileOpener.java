package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;

/**
 * Opens the file of a state directory whatever state it is in. One whose last commit is torn goes back to the commit before. Any other
 * damaged file is set aside, with as many of its rows as can be read brought over into a new one. Only a disk that takes nothing
 * is an error.
 */
record StateFileOpener(StateFiles files) {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    static final String NAME = "state.mv";

    /** A file under this name is unfinished. */
    private static final String NEW = NAME + ".new";

    private static final String DAMAGED = NAME + ".damaged-";
    private static final int KEPT_DAMAGED_FILES = 3;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** How many commits may be taken back to find a sound one; more than one cannot be unfinished. */
    private static final int COMMITS_TAKEN_BACK = 3;

    /**
     * Opens the file.
     *
     * @param now names a file that is set aside
     * @throws EdgeException IO if the disk cannot be read or takes nothing
     */
    StateFile open(Instant now) {
        try {
            if (files.exists(NEW)) {
                if (files.exists(NAME)) {
                    files.delete(NEW);
                } else {
                    // The process ended after the former file was set aside: this one was complete by then.
                    files.move(NEW, NAME);
                }
            }
            StateFile file = sound(now);
            try {
                if (file.isReadOnly()) {
                    throw new IOException("the file is read-only");
                }
                file.probe();
                files.folder().sync();
                return file;
            } catch (IOException | RuntimeException | OutOfMemoryError refused) {
                file.close();
                throw refused;
            }
        } catch (EdgeException known) {
            throw known;
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            throw unusable(failure);
        }
    }

    private StateFile sound(Instant now) throws IOException {
        Optional<StateFile> whole = soundFile(NAME);
        if (whole.isPresent()) {
            return whole.get();
        }
        long start = AppendOnlyFile.startOfLastCommit(files.address(NAME));
        for (int tries = 0; tries < COMMITS_TAKEN_BACK && start > 0; tries++) {
            files.copy(NAME, NEW, start);
            Optional<StateFile> before = soundFile(NEW);
            if (before.isPresent()) {
                before.get().close();
                if (tries == 0) {
                    files.move(NEW, NAME);
                    LOG.info("the last commit to {} was incomplete; the client takes it back", files.address(NAME));
                } else {
                    // Only the last commit can be unfinished: the others were damaged later.
                    String aside = setAside(now);
                    files.move(NEW, NAME);
                    LOG.warn(
                            "{} is damaged: the client takes its last {} commits back and keeps the damaged file as {}",
                            files.address(NAME),
                            tries + 1,
                            aside);
                }
                return opened(NAME);
            }
            start = AppendOnlyFile.startOfLastCommit(files.address(NEW));
        }
        return salvaged(now);
    }

    /** Opens a file, or makes it: for its owner only, which MVStore would leave to the umask. */
    private StateFile opened(String name) {
        files.reserve(name);
        return StateFile.open(files.address(name));
    }

    private Optional<StateFile> soundFile(String name) {
        StateFile file;
        try {
            file = opened(name);
        } catch (Throwable failure) {
            if (!files.exists(name) || !isDamage(failure)) {
                throw failure;
            }
            LOG.debug("{} cannot be opened", files.address(name), failure);
            return Optional.empty();
        }
        boolean sound = false;
        try {
            sound = file.isSound();
        } finally {
            if (!sound) {
                file.close();
            }
        }
        return sound ? Optional.of(file) : Optional.empty();
    }

    private StateFile salvaged(Instant now) throws IOException {
        Map<String, byte[]> rows = readable();
        files.delete(NEW);
        StateFile fresh = opened(NEW);
        fresh.putAll(rows);
        fresh.sync();
        fresh.close();
        String aside = setAside(now);
        files.move(NEW, NAME);
        LOG.warn(
                "{} is damaged: the client salvaged {} rows and keeps the damaged file as {}",
                files.address(NAME),
                rows.size(),
                aside);
        return opened(NAME);
    }

    /** Keeps the damaged file beside the new one, and the last few of those before it. */
    private String setAside(Instant now) throws IOException {
        String aside = DAMAGED + STAMP.format(now);
        files.move(NAME, aside);
        List<String> all = files.names(DAMAGED);
        for (String name : all.subList(0, Math.max(0, all.size() - KEPT_DAMAGED_FILES))) {
            files.delete(name);
        }
        return aside;
    }

    private Map<String, byte[]> readable() {
        try {
            StateFile damaged = StateFile.openDamaged(files.address(NAME));
            Map<String, byte[]> rows = damaged.readable();
            damaged.close();
            return rows;
        } catch (Throwable nothingLeft) {
            Memory.rethrowLack(nothingLeft);
            LOG.debug("a damaged state file has no readable content", nothingLeft);
            return Map.of();
        }
    }

    /** Writes the rows into a new file, which takes the place of the old one. Closes the old one whatever happens. */
    StateFile rewritten(StateFile old) {
        try {
            copied(old);
            old.close();
            files.move(NEW, NAME);
            return opened(NAME);
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            throw unusable(failure);
        } finally {
            old.close();
        }
    }

    private void copied(StateFile old) {
        StateFile fresh = opened(NEW);
        try {
            old.copyTo(fresh);
        } finally {
            fresh.close();
        }
    }

    /** Where the file is. */
    String address() {
        return files.address(NAME);
    }

    /** Which file has a name in the directory at the moment; empty if there is none. */
    Optional<Object> fileNamed(String name) {
        return files.folder().fileNamed(name);
    }

    /** Whether a failure to open means that the content is damaged, and not that the disk refuses to work or memory is short. */
    private static boolean isDamage(Throwable failure) {
        if (Memory.ranOut(failure)) {
            return false;
        }
        if (!(failure instanceof MVStoreException known)) {
            return true;
        }
        boolean atTheDisk = known.getCause() instanceof IOException && !(known.getCause() instanceof EOFException);
        return switch (known.getErrorCode()) {
            case DataUtils.ERROR_FILE_LOCKED, DataUtils.ERROR_WRITING_FAILED, DataUtils.ERROR_CLOSED -> false;
            default -> !atTheDisk;
        };
    }

    /** The error of a directory that is not the client's any longer. */
    EdgeException gone() {
        return new EdgeException(
                ErrorCode.IO,
                "the state directory " + files.directory().replaceFirst("^file:", "")
                        + " was deleted or replaced, or its volume was unmounted, while the client used it: nothing is stored until"
                        + " it is back; put it back, or restart the client to begin with a new one",
                null,
                true,
                1);
    }

    /** The error of a disk that does not work, or of too little memory. */
    EdgeException unusable(Throwable failure) {
        if (Memory.ranOut(failure)) {
            return new EdgeException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "not enough memory to use the state file " + files.address(NAME) + ": " + Memory.cure(failure),
                    failure,
                    true,
                    1);
        }
        Throwable reason = failure;
        while (reason.getCause() != null && !(reason instanceof IOException)) {
            reason = reason.getCause();
        }
        return new EdgeException(
                ErrorCode.IO,
                "the state file " + files.address(NAME) + " cannot be used: " + reason
                        + "; make room on the disk, give a writable directory to stateDirectory(...), or choose stateless()",
                failure,
                true,
                1);
    }
}
