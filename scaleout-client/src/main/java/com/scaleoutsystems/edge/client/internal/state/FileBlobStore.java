package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * Models in a folder of the state directory, a file each: {@code <id>.<SHA-256 of the model>.scm}, so that every file tells what it
 * should hold. A pinned file and its name are synced before {@link #pin} returns. On a
 * disk that takes nothing a model is kept in memory instead, so that it can still be sent: only a crash loses it then.
 */
public final class FileBlobStore implements BlobStore {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** The ending of containers. */
    private static final String ENDING = ".scm";

    /** The ending of models that are none: a container that is cut off may look like one. */
    private static final String RAW_ENDING = ".raw";

    /** Ids that are good file names on every system. Others go by their hash. */
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");

    private static final Pattern NAME = Pattern.compile("(.+\\.)([0-9a-f]{64})(\\.scm|\\.raw)");

    private final SaidOnce unwritable;
    private final Path folder;
    private final MemoryBlobStore unwritten = new MemoryBlobStore();

    /** The files of earlier processes, unless their models were pinned again. Guarded by its monitor. */
    private final Set<Path> earlier;

    private FileBlobStore(Path folder, Set<Path> earlier, Env env) {
        this.unwritable = new SaidOnce(env::nanos);
        this.folder = folder;
        this.earlier = earlier;
    }

    /**
     * Opens the store of a state directory.
     *
     * @throws EdgeException IO if its folder cannot be made or read
     */
    public static FileBlobStore open(Path directory, Env env) {
        Path folder = directory.resolve("pinned");
        try {
            OwnerOnly.directory(folder);
            OwnerOnly.tightenAll(folder);
            DurableFiles.syncDirectory(directory);
            try (Stream<Path> files = Files.list(folder)) {
                return new FileBlobStore(folder, files.collect(Collectors.toCollection(HashSet::new)), env);
            }
        } catch (IOException e) {
            throw failure("the folder of pinned models " + folder + " cannot be used", e);
        }
    }

    @Override
    public boolean pin(String id, ScaleoutModel model) {
        try {
            String prefix = fileName(id) + ".";
            synchronized (earlier) {
                earlier.removeIf(file -> idOf(file).equals(prefix));
            }
            // Fails if the folder is gone: saving would make it again, in a state directory that is none.
            List<Path> before = files(id);
            Path file = folder.resolve(fileName(id) + "." + model.checksum() + (model.isRaw() ? RAW_ENDING : ENDING));
            model.saveTo(file);
            OwnerOnly.tightenAll(file);
            before.stream().filter(other -> !other.equals(file)).forEach(FileBlobStore::delete);
            DurableFiles.syncDirectory(folder);
            unwritable.works(LOG, "keeping models in " + folder);
            return true;
        } catch (EdgeException | IOException notWritten) {
            unwritable.fails(
                    LOG,
                    notWritten,
                    "model {} cannot be written to {}; it is kept in memory and lost if the process ends before it is sent",
                    id,
                    folder);
            unwritten.pin(id, model);
            return false;
        }
    }

    @Override
    public Optional<ScaleoutModel> open(String id) {
        Optional<ScaleoutModel> inMemory = unwritten.open(id);
        if (inMemory.isPresent()) {
            return inMemory;
        }
        List<Path> files;
        try {
            files = files(id);
        } catch (IOException e) {
            throw failure("the folder of pinned models " + folder + " cannot be read", e);
        }
        EdgeException failed = null;
        for (Path file : files) {
            try {
                return Optional.of(whole(file, id));
            } catch (EdgeException failure) {
                // What cannot be read now may be the whole one of the two.
                failed = failed == null || failure.code() == ErrorCode.IO ? failure : failed;
            }
        }
        if (failed != null) {
            throw failed;
        }
        return Optional.empty();
    }

    /** The files that were pinned under an id: one, or two if a crash came while the second took the place of the first. */
    private List<Path> files(String id) throws IOException {
        String prefix = fileName(id) + ".";
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> idOf(file).equals(prefix)).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The part of a file's name that stands for the id, with the point after it; empty if it is no pinned file's name. */
    private static String idOf(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? name.group(1) : "";
    }

    private static ScaleoutModel whole(Path file, String id) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        boolean isRaw = name.matches() && name.group(3).equals(RAW_ENDING);
        try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            if (model.isRaw() != isRaw || !model.checksum().equals(name.group(2))) {
                throw new EdgeException(ErrorCode.DATA_LOSS, file + " is damaged: it is not what was written to it");
            }
            return isRaw ? model.withModelId(id) : model.share();
        }
    }

    @Override
    public void release(String id) {
        unwritten.release(id);
        try {
            files(id).forEach(FileBlobStore::delete);
        } catch (IOException e) {
            // As in delete.
            LOG.debug("the client could not look for a pinned model", e);
        }
    }

    @Override
    public void releaseEarlierExcept(Set<String> ids) {
        Set<String> kept = ids.stream().map(id -> fileName(id) + ".").collect(Collectors.toSet());
        synchronized (earlier) {
            earlier.stream().filter(file -> !kept.contains(idOf(file))).forEach(FileBlobStore::delete);
            earlier.clear();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is an orphan from now on: the next start tries again.
            LOG.debug("the client could not delete a pinned model", e);
        }
    }

    private static String fileName(String id) {
        return PLAIN.matcher(id).matches() ? id : "sha256." + Texts.fingerprint(id);
    }

    private static EdgeException failure(String what, IOException cause) {
        return new EdgeException(
                ErrorCode.IO,
                what + ": " + cause + "; give a writable directory to stateDirectory(...), or choose stateless()",
                cause);
    }

    @Override
    public void close() {
        unwritten.close();
    }
}
