package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps models in a folder by their id, so that training, validation and inference share one download.
 *
 * <p>A file appears under its final name only when it is whole, carries its checksum in that name and is verified when it
 * is opened, unless it was verified before and is unchanged: one that a crash has torn is dropped and counts as missing.
 * Any text may be an id. What a caller gets stays good when the store drops it, until the caller closes it.
 *
 * <p>Safe for use by many threads. Two stores may share a folder without harm, but each counts only the models that it
 * knows, and what one drops the other fetches again: give each process a folder of its own.
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
     * @param directory the folder; made if it is missing
     * @return the store with all models that the folder holds
     * @throws ModelException if the folder can't be made or read
     */
    public static ModelStore open(Path directory) {
        return open(directory, ModelStoreSettings.defaults());
    }

    /**
     * Opens a store.
     *
     * @param directory the folder; made if it is missing
     * @param settings how much is kept, and for how long
     * @return the store with all models that the folder holds
     * @throws ModelException if the folder can't be made or read
     */
    public static ModelStore open(Path directory, ModelStoreSettings settings) {
        return new ModelStore(directory, settings);
    }

    /**
     * Gives the settings to read models with that go into this store: their temporary files lie in its folder, so that
     * keeping them costs no copy.
     *
     * @return the settings
     */
    public ModelSettings modelSettings() {
        return models;
    }

    /**
     * Gives a model if the store has it.
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
     * Tells whether the store has a model. That does not count as a use, and the model is not read: it may still turn out to be
     * damaged.
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
     * Gives a model, and fetches it first if the store does not have it.
     *
     * <p>However many threads ask for one id at once, one of them fetches and the others wait for it. If fetching fails
     * with an {@link EdgeException}, all of them get it, except for {@link ErrorCode#CANCELLED}: then, and after any
     * other exception, which concerns only the thread that fetched, the next one tries.
     *
     * <p>A model that can't be kept, because the disk is full for example, is given all the same, with a warning in the log.
     *
     * @param modelId the id
     * @param fetcher fetches the model of the given id, best with {@link #modelSettings()}; called on the caller's
     *     thread; the handle it gives is closed by the store; it must not fetch from this store
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

    /** A fetch that is under way. */
    private static final class Flight extends CompletableFuture<ModelContent> {
        private final Thread leader = Thread.currentThread();
    }

    private ModelContent lead(String modelId, Flight flight, Function<? super String, ScaleoutModel> fetcher) {
        // Whoever asks once the flight has left the map starts anew and gets no stale failure.
        try {
            ModelContent content = load(modelId);
            if (content == null) {
                try (ScaleoutModel fetched = fetcher.apply(modelId)) {
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

    /** Waits for another thread; gives null if that thread gave up and this one should try. */
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
     * Keeps a model, in place of an older one of the same id.
     *
     * @param model the model; its handle stays the caller's
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

    /** Keeps a model if that is possible: whoever waits for it needs the model, not the store. */
    private ModelContent keepFetched(String modelId, ScaleoutModel model) {
        ModelContent content = model.content();
        // It is used when the fetcher's handle, and its temporary file, are gone.
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
            LOG.warn("{}; it can be used now, and will be fetched again next time", notKept(modelId, e));
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
     * Drops a model, if the store has it.
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
     * Gives the number of models.
     *
     * @return the number
     */
    public int size() {
        return files.count();
    }

    /**
     * Gives the size of all models together.
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

    /** Closes the store; the models stay in its folder, and handles that were given out stay good. */
    @Override
    public void close() {
        closed = true;
    }
}
