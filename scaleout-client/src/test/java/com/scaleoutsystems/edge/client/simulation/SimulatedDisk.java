package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.core.PendingLines;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.FaultyDisk;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A state directory on a simulated disk: a process finds what was written, after a power cut only what was synced for sure. */
final class SimulatedDisk implements SimulatedClient.Disk, AutoCloseable {

    private FaultyDisk disk = new FaultyDisk();
    private Models models = new Models();

    FaultyDisk disk() {
        return disk;
    }

    /** What is there when the power is back. */
    void losePower(RandomGenerator random) {
        FaultyDisk before = disk;
        disk = before.afterPowerCut(random);
        before.close();
        models = models.afterPowerCut(random);
    }

    @Override
    public StateStore store(VirtualEnv env) {
        return disk.open(new DirectIo(env));
    }

    /** There is no room for models, as for small files there still is. */
    void takeNoModels() {
        models.takesNoModels = true;
    }

    /** Opening pinned models fails so from now on, or works again if there is no failure. */
    void openingModelsFails(@Nullable EdgeException failure) {
        models.opening = failure;
    }

    /** From now on there is no memory to open pinned models, or there is again. */
    void withoutMemoryForModels(boolean now) {
        models.withoutMemory = now;
    }

    /** How many models are pinned. */
    int pinned() {
        return models.pinned.size();
    }

    @Override
    public BlobStore blobs() {
        models.forgetMemory();
        return models;
    }

    @Override
    public void close() {
        disk.close();
    }

    /** Pinned models; a deletion is synced never, so that a deleted one may be there again. */
    private static final class Models implements BlobStore {

        private final Map<String, ScaleoutModel> pinned = new HashMap<>();
        private final Map<String, ScaleoutModel> released = new HashMap<>();
        private final Set<String> inMemory = new HashSet<>();
        private final Set<String> earlier = new HashSet<>();
        private boolean takesNoModels;
        private boolean withoutMemory;
        private @Nullable EdgeException opening;

        /** The process has ended. */
        void forgetMemory() {
            inMemory.forEach(pinned::remove);
            inMemory.clear();
            earlier.addAll(pinned.keySet());
        }

        Models afterPowerCut(RandomGenerator random) {
            Models later = new Models();
            later.pinned.putAll(pinned);
            released.forEach((id, model) -> {
                if (random.nextBoolean()) {
                    later.pinned.put(id, model);
                }
            });
            return later;
        }

        @Override
        public boolean pin(String id, ScaleoutModel model) {
            earlier.remove(id);
            pinned.put(id, model.share());
            if (takesNoModels) {
                inMemory.add(id);
            }
            return !takesNoModels;
        }

        @Override
        public Optional<ScaleoutModel> open(String id) {
            if (opening != null) {
                throw opening;
            }
            if (withoutMemory) {
                throw new OutOfMemoryError("Java heap space");
            }
            return Optional.ofNullable(pinned.get(id)).map(ScaleoutModel::share);
        }

        @Override
        public void release(String id) {
            ScaleoutModel model = pinned.remove(id);
            if (model != null) {
                released.put(id, model);
            }
        }

        @Override
        public void releaseEarlierExcept(Set<String> ids) {
            earlier.removeAll(ids);
            pinned.keySet().removeAll(earlier);
            earlier.clear();
        }

        @Override
        public void close() {}
    }

    /** The disk needs no time and no thread of its own. */
    record DirectIo(VirtualEnv env) implements Env {

        @Override
        public Executor io() {
            return Runnable::run;
        }

        @Override
        public Instant wall() {
            return env.wall();
        }

        @Override
        public long nanos() {
            return env.nanos();
        }

        @Override
        public RandomGenerator random() {
            return env.random();
        }

        @Override
        public String newId() {
            return env.newId();
        }

        @Override
        public NodeLoad load() {
            return env.load();
        }

        @Override
        public Strand strand(String name) {
            return env.strand(name);
        }

        @Override
        public Cancellable after(Duration delay, Runnable step) {
            return env.after(delay, step);
        }

        @Override
        public Executor continuations() {
            return env.continuations();
        }

        @Override
        public Cancellable onShutdown(String name, Supplier<? extends CompletionStage<?>> end) {
            return env.onShutdown(name, end);
        }

        @Override
        public PendingLines pendingLines() {
            return env.pendingLines();
        }

        @Override
        public CallbackThread callback(String name, Runnable body) {
            return env.callback(name, body);
        }
    }
}
