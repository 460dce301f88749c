package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.internal.CallerStack;
import com.scaleoutsystems.edge.internal.OneLine;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps models in a folder, by id, so that training, validation and inference share one download.
 *
 * <p>A file gets its final name only when it is complete. The name contains the checksum, and the store verifies a file when it opens
 * it, unless it is unchanged since the last check. A torn file counts as missing, and the store deletes it. Any text may be an id. A
 * model from the store stays usable after the store has removed it, until the caller closes it.
 *
 * <p>Thread-safe. Two stores may share a folder without harm. But each counts only the models that it knows, and fetches again what the
 * other one removes. So give each process a folder of its own.
 *
 * @since 0.1.0
 */
public final class ModelStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("com.scaleoutsystems.edge.model");

    private final StoredModels files;
    private final ModelSettings models;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private ModelStore(Path directory, ModelStoreSettings settings) {
        this.files = new StoredModels(directory, settings);
        this.models = settings.models().withTemporaryDirectory(files.incoming());
    }

    /**
     * Opens a store with the default settings.
     *
     * @param directory the folder; the store creates it if it is missing
     * @return the store, with all models in the folder
     * @throws ModelException if the folder cannot be created or read
     */
    public static ModelStore open(Path directory) {
        return open(directory, ModelStoreSettings.defaults());
    }

    /**
     * Opens a store.
     *
     * @param directory the folder; the store creates it if it is missing
     * @param settings how much the store keeps, and for how long
     * @return the store, with all models in the folder
     * @throws ModelException if the folder cannot be created or read
     */
    public static ModelStore open(Path directory, ModelStoreSettings settings) {
        return new ModelStore(directory, settings);
    }

    /**
     * The settings for reading models that go into this store. Their temporary files are in its folder, so that the store need not copy
     * them.
     *
     * @return the settings
     */
    public ModelSettings modelSettings() {
        return models;
    }

    /**
     * Returns a model if the store has it.
     *
     * @param modelId the id
     * @return a new handle, to be closed by the caller; empty if the model is missing, too old or damaged
     * @throws ModelException if the store is closed
     */
    public Optional<ScaleoutModel> get(String modelId) {
        checkOpen();
        ModelContent content = load(modelId);
        return content == null ? Optional.empty() : Optional.of(new ScaleoutModel(content, modelId));
    }

    /**
     * Whether the store has a model. The check does not count as a use and does not read the model, which may be damaged.
     *
     * @param modelId the id
     * @return whether its file is there
     * @throws ModelException if the store is closed
     */
    public boolean contains(String modelId) {
        checkOpen();
        return files.has(modelId);
    }

    /**
     * Returns a model, and fetches it first if the store does not have it.
     *
     * <p>If many threads ask for one id at once, one of them fetches the model and the others wait. If the fetch fails with an {@link
     * EdgeException}, all of them get this exception, and the stack of each that waited is added to it as suppressed. {@link ErrorCode#CANCELLED} and all other exceptions concern only the fetching thread;
     * after these, the next thread tries.
     *
     * <p>If the store cannot keep a model, for example because the disk is full, it returns the model anyway and logs a warning.
     *
     * @param modelId the id
     * @param fetcher fetches the model of the given id, best with {@link #modelSettings()}; called on the caller's thread. The store closes
     *     the handle that it returns. It must not fetch from this store
     * @return a new handle, to be closed by the caller
     * @throws ModelException if the store is closed, if the fetched model has another id, or with the code
     *     {@code CANCELLED} if the thread is interrupted while it waits for another
     */
    public ScaleoutModel fetch(String modelId, Function<? super String, ScaleoutModel> fetcher) {
        while (true) {
            checkOpen();
            Flight mine = new Flight();
            Flight flight = flights.putIfAbsent(modelId, mine);
            ModelContent content = flight == null ? lead(modelId, mine, fetcher) : follow(modelId, flight);
            if (content != null) {
                return new ScaleoutModel(content, modelId);
            }
        }
    }

    /** A fetch in progress. */
    private static final class Flight extends CompletableFuture<ModelContent> {
        private final Thread leader = Thread.currentThread();
    }

    private ModelContent lead(String modelId, Flight flight, Function<? super String, ScaleoutModel> fetcher) {
        // A caller that comes after the flight has left the map starts a new one and gets no stale failure.
        try {
            ModelContent content = load(modelId);
            if (content == null) {
                try (ScaleoutModel fetched =
                        Objects.requireNonNull(fetcher.apply(modelId), "the fetcher returned null; expected a model")) {
                    content = keepFetched(modelId, fetched);
                }
            }
            flights.remove(modelId);
            flight.complete(content);
            return content;
        } catch (Throwable e) {
            flights.remove(modelId);
            flight.completeExceptionally(e);
            throw e;
        }
    }

    /** Waits for another thread; null if that thread gave up and this one should try. */
    private static @Nullable ModelContent follow(String modelId, Flight flight) {
        if (flight.leader == Thread.currentThread()) {
            throw new ModelException(
                    ErrorCode.FAILED_PRECONDITION,
                    Reasons.STATE,
                    "The fetcher of the model '" + modelId
                            + "' asked the store for that model itself; it must get it from elsewhere");
        }
        try {
            return flight.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EdgeException failure && failure.code() != ErrorCode.CANCELLED) {
                CallerStack.addTo(failure);
                throw failure;
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(
                    ErrorCode.CANCELLED,
                    "cancelled",
                    "The thread was interrupted while it waited for the model '" + modelId + "'",
                    e);
        }
    }

    /**
     * Keeps a model, and replaces an older one with the same id.
     *
     * @param model the model; the caller still owns its handle
     * @throws ModelException if the store is closed or the model can't be written
     */
    public void put(ScaleoutModel model) {
        checkOpen();
        try {
            files.put(model.modelId(), model);
        } catch (IOException e) {
            throw new ModelException(ErrorCode.IO, "io", notKept(model.modelId(), e), e);
        }
    }

    /** Keeps a model if possible: callers that wait for it need the model, not the store. */
    private ModelContent keepFetched(String modelId, ScaleoutModel model) {
        ModelContent content = model.content();
        // Callers use it after the fetcher's handle and its temporary file are gone.
        content.bytes();
        if (content.container() != null && !model.modelId().equals(modelId)) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "wrong_model",
                    "The model '" + modelId + "' was asked for, but '" + model.modelId() + "' came");
        }
        try {
            StoredModel kept = files.put(modelId, model);
            // Bytes that are not our own may change once the fetcher's handle is closed; those of the store don't.
            return kept == null || content.isOwned() ? content : kept.content(modelId, models);
        } catch (IOException e) {
            LOG.warn("{}; it can be used now, and will be fetched again next time", OneLine.of(notKept(modelId, e)));
            return content;
        }
    }

    private String notKept(String modelId, IOException e) {
        return "The model '" + modelId + "' could not be kept in " + files.directory() + ": " + e;
    }

    private @Nullable ModelContent load(String modelId) {
        StoredModel entry = files.find(modelId);
        if (entry == null) {
            return null;
        }
        try {
            return entry.content(modelId, models);
        } catch (NoSuchFileException e) {
            files.remove(entry);
        } catch (IOException e) {
            // It may be readable next time, or else the one that is fetched now takes its place.
            LOG.warn("A stored model is unreadable; it will be fetched again: {}", e.toString());
        } catch (ModelException e) {
            LOG.warn("A stored model is invalid; it will be fetched again: {}", e.getMessage());
            files.remove(entry);
        }
        return null;
    }

    /**
     * Removes a model, if the store has it.
     *
     * @param modelId the id
     */
    public void remove(String modelId) {
        checkOpen();
        StoredModel entry = files.find(modelId);
        if (entry != null) {
            files.remove(entry);
        }
    }

    /**
     * The number of models.
     *
     * @return the number
     */
    public int size() {
        return files.count();
    }

    /**
     * The size of all models together.
     *
     * @return the number of bytes
     */
    public long bytes() {
        return files.bytes();
    }

    private void checkOpen() {
        if (closed) {
            throw new ModelException(ErrorCode.FAILED_PRECONDITION, Reasons.STATE, "The model store is closed");
        }
    }

    /** Closes the store. The models stay in its folder, and handles of its models stay usable. */
    @Override
    public void close() {
        closed = true;
    }
}
