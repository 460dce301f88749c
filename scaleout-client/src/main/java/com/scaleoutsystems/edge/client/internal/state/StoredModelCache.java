package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStore;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps models in a folder of the state directory, across restarts: the few that were used last, and apart from them those that were
 * staged. All identities of the directory share it. Thread-safe.
 */
public final class StoredModelCache implements ModelCache {

    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_MODELS = 8;

    /** Of the free space of the disk, models that were not staged take one part of so many at the most. */
    private static final int PARTS_OF_THE_DISK = 10;

    private final ModelStore recent;
    private final ModelStore staged;

    /** Who has staged a model, by the model's id. */
    private final Map<String, Set<String>> stagers = new HashMap<>();

    /** Staged models that may still be among the recent ones. */
    private final Set<String> toMove = new HashSet<>();

    private StoredModelCache(ModelStore recent, ModelStore staged) {
        this.recent = recent;
        this.staged = staged;
    }

    /** What a client keeps if its program says nothing else: what tasks can still ask for. */
    public static ModelStoreSettings defaults() {
        return ModelStoreSettings.defaults().withMaxBytes(MOST_BYTES).withMaxModels(MOST_MODELS);
    }

    /**
     * Opens the cache of a state directory.
     *
     * @param settings the limits for models that are not staged
     * @throws EdgeException IO if its folder cannot be used
     */
    public static StoredModelCache open(Path directory, ModelStoreSettings settings) {
        Path folder = directory.resolve("models");
        Path stagedFolder = folder.resolve("staged");
        long room;
        try {
            OwnerOnly.directory(folder);
            OwnerOnly.directory(stagedFolder);
            room = Files.getFileStore(folder).getUsableSpace() / PARTS_OF_THE_DISK;
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "the folder of kept models " + folder + " cannot be used: " + e, e);
        }
        ModelStoreSettings ofStaged = settings.withMaxModels(Integer.MAX_VALUE)
                .withMaxBytes(Math.max(
                        settings.maxBytes(), ModelStoreSettings.defaults().maxBytes()));
        ModelStore recent = ModelStore.open(folder, settings.withMaxBytes(Math.min(settings.maxBytes(), room)));
        ModelStore staged = ModelStore.open(stagedFolder, ofStaged);
        OwnerOnly.tightenAll(folder);
        OwnerOnly.tightenAll(stagedFolder);
        return new StoredModelCache(recent, staged);
    }

    @Override
    public ModelSettings settings() {
        return recent.modelSettings();
    }

    @Override
    public Optional<ScaleoutModel> find(String modelId) {
        moveStaged();
        Optional<ScaleoutModel> found = staged.get(modelId);
        return found.isPresent() ? found : recent.get(modelId);
    }

    @Override
    public boolean has(String modelId) {
        return staged.contains(modelId) || recent.contains(modelId);
    }

    @Override
    public void keep(ScaleoutModel model, boolean checksummed) {
        moveStaged();
        if (checksummed) {
            (isStaged(model.modelId()) ? staged : recent).put(model);
        }
    }

    @Override
    public void forget(String modelId) {
        if (!isStaged(modelId)) {
            remove(modelId);
        }
    }

    private void remove(String modelId) {
        staged.remove(modelId);
        recent.remove(modelId);
    }

    private synchronized boolean isStaged(String modelId) {
        return stagers.containsKey(modelId);
    }

    @Override
    public synchronized void staged(String modelId, String identity) {
        stagers.computeIfAbsent(modelId, id -> new HashSet<>()).add(identity);
        toMove.add(modelId);
    }

    @Override
    public synchronized void unstaged(String modelId, String identity) {
        Set<String> of = stagers.get(modelId);
        if (of != null && of.remove(identity) && of.isEmpty()) {
            stagers.remove(modelId);
            toMove.remove(modelId);
        }
    }

    /** Before another model takes the room of one that was staged while it was a recent one. */
    private void moveStaged() {
        Set<String> ids;
        synchronized (this) {
            ids = Set.copyOf(toMove);
            toMove.clear();
        }
        for (String id : ids) {
            recent.get(id).ifPresent(model -> {
                try (model) {
                    staged.put(model);
                }
                recent.remove(id);
            });
        }
    }

    @Override
    public void close() {
        moveStaged();
        recent.close();
        staged.close();
    }
}
