package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.model.internal.bytes.Spool;
import com.scaleoutsystems.edge.model.internal.bytes.TempFile;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import com.scaleoutsystems.edge.model.internal.zip.ZipArchive;
import com.scaleoutsystems.edge.model.internal.zip.ZipEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a model and what was found in them; shared by all handles on them and safe for many threads.
 *
 * <p>Nothing here is ever changed, only remembered: a part that was checked and decompressed once stays so.
 */
final class ModelContent {
    private final ModelSettings settings;
    private final Bytes bytes;
    private final @Nullable Path file;
    private final TempFile.@Nullable Lease lease;
    private final @Nullable Container container;
    private final Workspace workspace;
    private final Object handleLock = new Object();
    private int handles;
    private volatile boolean fileGone;

    private final Object lock = new Object();
    private final Map<String, Bytes> parts = new HashMap<>();
    private @Nullable ModelParameters parameters;
    private Sha256.@Nullable Result digest;
    private final @Nullable Beginning beginning;

    /**
     * That the content begins like another whose hash is known.
     *
     * @param digest the other's hash
     * @param length how many bytes they share
     */
    record Beginning(Sha256.Result digest, long length) {}

    private ModelContent(
            Bytes bytes,
            @Nullable Path file,
            TempFile.@Nullable Lease lease,
            Sha256.@Nullable Result digest,
            @Nullable Beginning beginning,
            ModelSettings settings) {
        this.settings = settings;
        this.bytes = bytes;
        this.file = file;
        this.lease = lease;
        this.digest = digest;
        this.beginning = beginning;
        this.container = Container.kindOf(bytes, settings.limits()) == Container.Kind.CONTAINER
                ? Container.read(bytes, settings.limits())
                : null;
        this.workspace = settings.workspace(bytes.size());
    }

    /** Opens a file of the user, which is neither changed nor deleted. */
    static ModelContent ofFile(Path file, ModelSettings settings) {
        return new ModelContent(ModelFiles.open(file, settings), file, null, null, null, settings);
    }

    /** Opens a file of a store, which sets the file's time at each use. */
    static ModelContent ofStored(Path file, Sha256.@Nullable Result digest, ModelSettings settings) {
        return new ModelContent(ModelFiles.openStored(file, settings), file, null, digest, null, settings);
    }

    /** Takes over what was received, and its lease. */
    static ModelContent ofReceived(Spool.Stored stored, Sha256.Result digest, ModelSettings settings) {
        TempFile.Lease lease = stored.lease();
        Path file = lease == null ? null : lease.file().path();
        try {
            return new ModelContent(stored.bytes(), file, lease, digest, null, settings);
        } catch (RuntimeException | Error failure) {
            stored.close();
            throw failure;
        }
    }

    /** Takes bytes that are made of parts of other content. */
    static ModelContent ofView(Bytes bytes, @Nullable Beginning beginning, ModelSettings settings) {
        return new ModelContent(bytes, null, null, null, beginning, settings);
    }

    /** Counts a handle more; after the last was closed only if the bytes are good without the file. */
    void retain() {
        synchronized (handleLock) {
            if (fileGone) {
                bytes();
            }
            handles++;
        }
    }

    void release() {
        synchronized (handleLock) {
            handles--;
            if (handles == 0 && lease != null) {
                fileGone = true;
                lease.close();
            }
        }
    }

    /** Whether only this SDK can change the bytes, because they are on the heap or in a temporary file. */
    boolean isOwned() {
        return lease != null || bytes.heapSize() == bytes.size();
    }

    ModelSettings settings() {
        return settings;
    }

    long size() {
        return bytes.size();
    }

    /** Gives all bytes; like those of a part, they stay good when the last handle is closed. */
    Bytes bytes() {
        try {
            return bytes.mapped();
        } catch (ModelException e) {
            throw fileGone
                    ? new ModelException(
                            ErrorCode.FAILED_PRECONDITION, Reasons.STATE, "The model was closed meanwhile", e)
                    : e;
        }
    }

    @Nullable
    Path file() {
        return fileGone ? null : file;
    }

    @Nullable
    Container container() {
        return container;
    }

    String checksum() {
        return digest().hex();
    }

    /** Gives the hash of all bytes, computed when it is first asked for. */
    Sha256.Result digest() {
        synchronized (lock) {
            if (digest == null) {
                Sha256 hash = beginning == null ? new Sha256() : beginning.digest.resume(beginning.length);
                digest = hash.updateRest(bytes).finish();
            }
            return digest;
        }
    }

    /** Gives what another content that begins like this one needs, if this one's hash is known. */
    @Nullable
    Beginning beginning(long length) {
        synchronized (lock) {
            return digest == null ? null : new Beginning(digest, length);
        }
    }

    /** Gives the content of an entry of the container, decompressed and checked, or null if there is none. */
    @Nullable
    Bytes part(String name) {
        Container held = Objects.requireNonNull(container);
        ZipEntry entry = held.archive().find(name);
        if (entry == null) {
            return null;
        }
        synchronized (lock) {
            Bytes part = parts.get(name);
            if (part == null) {
                bytes();
                part = load(held.archive(), entry);
                parts.put(name, part);
            }
            return part;
        }
    }

    private Bytes load(ZipArchive archive, ZipEntry entry) {
        if (entry.isStored()) {
            boolean npz = Container.kindOf(archive.rawContent(entry), settings.limits()) == Container.Kind.NPZ;
            return npz ? archive.storedArchive(entry, settings.limits().maxEntries()) : archive.storedContent(entry);
        }
        Workspace attempt = workspace.attempt();
        attempt.claim(entry.name(), entry.size());
        Bytes part = attempt.collect(spool -> {
            try (InputStream in = archive.open(entry)) {
                in.transferTo(spool);
            }
        });
        workspace.adopt(entry.name(), attempt);
        return part;
    }

    Bytes trainingModel() {
        if (container == null) {
            return bytes();
        }
        Bytes part = part(Container.TRAINING_MODEL);
        if (part == null) {
            throw new ModelException(
                    ErrorCode.NOT_FOUND,
                    "missing_training_model",
                    "The model '" + container.modelId() + "' has no training model (" + Container.TRAINING_MODEL
                            + "); use its inference model, or ask for another model");
        }
        return part;
    }

    ModelParameters parameters() {
        synchronized (lock) {
            if (parameters == null) {
                Bytes encoded = trainingModel();
                Workspace attempt = workspace.attempt();
                parameters = decode(helper(), encoded, attempt);
                workspace.adopt(Container.TRAINING_MODEL, attempt);
            }
            return parameters;
        }
    }

    /** Decodes again with a given helper. */
    ModelParameters decode(ModelHelper helper) {
        Bytes encoded = trainingModel();
        return decode(helper, encoded, workspace.attempt());
    }

    private ModelParameters decode(ModelHelper helper, Bytes encoded, Workspace attempt) {
        ModelParameters decoded;
        if (helper instanceof BuiltInHelper builtIn) {
            decoded = builtIn.decode(encoded, attempt, settings.limits());
        } else {
            try {
                decoded = helper.decode(encoded.openStream());
            } catch (IOException e) {
                throw new ModelException(
                        ErrorCode.IO,
                        "io",
                        "The helper '" + helper.helperType() + "' could not decode the training model: " + e,
                        e);
            }
        }
        List<String> names = tensorNames(decoded.size());
        return names == null ? decoded : decoded.withNames(names);
    }

    private ModelHelper helper() {
        Object name = container == null ? null : container.metadata().get(Container.HELPER_KEY);
        if (name == null) {
            return BuiltInHelper.NUMPY;
        }
        ModelHelper helper = settings.helpers().get(name.toString());
        if (helper == null) {
            throw new ModelException(
                    ErrorCode.UNIMPLEMENTED,
                    "unknown_helper",
                    "The training model was encoded by the unknown helper '" + name + "'; known are "
                            + new TreeSet<>(settings.helpers().keySet())
                            + ". Register it with ModelSettings.withHelper, or read the bytes with openTrainingModel()");
        }
        return helper;
    }

    /** The names that a writer of this SDK kept in the metadata; anything that does not fit is not ours. */
    private @Nullable List<String> tensorNames(int count) {
        Object value = container == null ? null : container.metadata().get(Container.TENSOR_NAMES_KEY);
        if (!(value instanceof List<?> list) || list.size() != count) {
            return null;
        }
        List<String> names = list.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
        return names.size() == count && new HashSet<>(names).size() == count ? names : null;
    }
}
