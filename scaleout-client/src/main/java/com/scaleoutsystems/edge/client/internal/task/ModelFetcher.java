package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.ProgressMeter;
import com.scaleoutsystems.edge.client.internal.core.Release;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.ReceivedModel;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Gets models from the cache or from the combiner. Tasks that want the same model share one download. It has a limited number of
 * attempts, waits out faults of the network for some minutes, and ends early when no task waits for it. Lives on the client's strand.
 */
final class ModelFetcher {

    private static final Logger LOG = Loggers.of(Loggers.TRANSPORT);

    /** How long a download waits for a network that is at fault. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final CombinerTransport transport;
    private final NetworkGate gate;
    private final Cancellable gateWatch;
    private final Env env;
    private final Strand strand;
    private final ModelCache cache;
    private final ModelTrust trust;
    private final RetryPolicy retry;
    private final ListenerCalls listeners;
    private final FewLines lines;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();

    ModelFetcher(TaskDependencies client, TaskPolicy policy) {
        this.transport = client.transport();
        this.gate = client.gate();
        this.gateWatch = gate.whenChanged(this::gateChanged);
        this.env = client.env();
        this.lines = new FewLines(env, LOG);
        this.strand = client.strand();
        this.cache = client.models();
        this.trust = policy.trust();
        this.retry = policy.transfers();
        this.listeners = client.listeners();
    }

    /** A model that a task or the host waits for. */
    interface Fetch {

        /** The model; whoever takes it closes it. */
        CompletionStage<ScaleoutModel> model();

        /** Waits no longer: the stage fails as CANCELLED unless the model has come. */
        void giveUp();
    }

    /** Asks for a model on no task's account. */
    Fetch fetch(String modelId) {
        return fetch(modelId, Map.of());
    }

    /**
     * Asks for a model.
     *
     * @param headers what to send with the download, if this begins one
     */
    Fetch fetch(String modelId, Map<String, String> headers) {
        Flight flight = flights.get(modelId);
        if (flight == null) {
            flight = new Flight(modelId, headers);
            flights.put(modelId, flight);
            Fetch first = flight.join();
            flight.begin();
            return first;
        }
        return flight.join();
    }

    /** Asks for a model for a caller who does not wait for the gate to open: if the model is not in the cache, the fetch fails then. */
    Fetch fetchNow(String modelId) {
        Fetch fetch = fetch(modelId);
        Flight flight = flights.get(modelId);
        if (flight != null) {
            flight.isUrgent(fetch);
        }
        return fetch;
    }

    /** Hears of no more changes. */
    void stop() {
        gateWatch.cancel();
    }

    private void gateChanged() {
        if (!gate.isOpen()) {
            List.copyOf(flights.values()).forEach(Flight::failUrgent);
        }
    }

    /** Whether a model is on its way or in the cache. From any thread; blocks on the disk. */
    boolean has(String modelId) {
        return flights.containsKey(modelId) || cache.has(modelId);
    }

    /** Drops a model, even one that is on its way into the cache. From any thread; blocks on the disk. */
    void forget(String modelId) {
        Flight flight = flights.get(modelId);
        if (flight != null) {
            flight.doNotKeep();
        }
        cache.forget(modelId);
    }

    /** Ends all downloads, and with them all waits for a model. */
    void giveUpAll() {
        List.copyOf(flights.values()).forEach(Flight::giveUp);
    }

    private static boolean isOfTheNetwork(Throwable failure) {
        return failure instanceof EdgeException known && FailureKind.isOfTheNetwork(known);
    }

    /** One model on its way, and all who wait for it. */
    private final class Flight {

        private final String modelId;
        private final Map<String, String> headers;
        private final RetryLoop<ReceivedModel> attempts;
        private final List<CompletableFuture<ScaleoutModel>> waiting = new ArrayList<>();
        private final List<CompletionStage<ScaleoutModel>> urgent = new ArrayList<>();
        private final Object keeping = new Object();
        private volatile @Nullable ScaleoutModel model;
        private boolean unwanted;
        private boolean downloading;
        private Cancellable download = () -> {};

        Flight(String modelId, Map<String, String> headers) {
            this.modelId = modelId;
            this.headers = headers;
            this.attempts = new RetryLoop<>(env, strand, retry, this::attempt)
                    .retryAfter(FailureKind::mayPass)
                    .waitOut(ModelFetcher::isOfTheNetwork, PATIENCE)
                    .beforeWait(this::beforeRetry);
        }

        Fetch join() {
            CompletableFuture<ScaleoutModel> mine = new CompletableFuture<>();
            if (model != null) {
                mine.complete(model.share());
            } else {
                waiting.add(mine);
            }
            return new Fetch() {
                @Override
                public CompletionStage<ScaleoutModel> model() {
                    return mine;
                }

                @Override
                public void giveUp() {
                    leave(mine);
                }
            };
        }

        void isUrgent(Fetch fetch) {
            urgent.add(fetch.model());
            if (downloading && !gate.isOpen()) {
                failUrgent();
            }
        }

        /** The download waits for the gate, and these do not wait with it. */
        void failUrgent() {
            if (downloading && model == null) {
                List.copyOf(waiting).stream()
                        .filter(mine -> urgent.stream().anyMatch(one -> one == mine))
                        .forEach(mine -> leave(mine, gate.closed()));
                urgent.clear();
            }
        }

        private void leave(CompletableFuture<ScaleoutModel> mine) {
            leave(mine, new EdgeException(ErrorCode.CANCELLED, "nobody needs model " + modelId));
        }

        private void leave(CompletableFuture<ScaleoutModel> mine, EdgeException why) {
            waiting.removeIf(one -> one == mine);
            mine.completeExceptionally(why);
            if (waiting.isEmpty() && model == null) {
                flights.remove(modelId, this);
                attempts.cancel();
                download.cancel();
            }
        }

        void giveUp() {
            List.copyOf(waiting).forEach(this::leave);
        }

        /** Begins the search. Never throws: whoever waits for the model hears what went wrong. */
        void begin() {
            try {
                lookIntoCache();
            } catch (Throwable fault) {
                broken(fault);
            }
        }

        private <T extends @Nullable Object> void when(
                CompletionStage<T> stage, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
            strand.when(stage, step, this::broken);
        }

        /** A step threw: nothing waits for this model any longer, and the next task that needs it begins again. */
        private void broken(Throwable fault) {
            lines.error("a step with model {} failed; this is a fault of the SDK", modelId, fault);
            failed(fault);
            letGo();
        }

        private void lookIntoCache() {
            when(CompletableFuture.supplyAsync(this::trustedFromCache, env.io()), (found, error) -> {
                if (error != null && !Failures.isOfClose(error)) {
                    lines.warn("the model cache is unreadable; the client downloads model {}", modelId, error);
                }
                if (found != null && found.isPresent()) {
                    arrived(found.get());
                    over();
                } else if (!waiting.isEmpty()) {
                    download();
                }
            });
        }

        /** A model in the cache may date from a time when the policy asked for less. */
        private Optional<ScaleoutModel> trustedFromCache() {
            Optional<ScaleoutModel> found = cache.find(modelId);
            if (found.isEmpty() || !trust.wantsSignatures()) {
                return found;
            }
            try {
                ScaleoutModel model = found.get();
                return Optional.of(trust.verified(modelId, model, Optional.of(model.checksum())));
            } catch (EdgeException refused) {
                lines.warn("model {} in the cache is no longer trusted: {}", modelId, refused.getMessage());
                cache.forget(modelId);
                return Optional.empty();
            }
        }

        private void download() {
            downloading = true;
            if (!gate.isOpen()) {
                failUrgent();
                if (waiting.isEmpty()) {
                    return;
                }
            }
            when(attempts.start(), (received, error) -> {
                if (received != null) {
                    arrived(received.model());
                    keep(received.model(), received.checksum().isPresent());
                } else {
                    failed(error);
                }
            });
        }

        private CompletionStage<ReceivedModel> attempt() {
            Transfer<ReceivedModel> transfer = gate.transfer(this::transfer);
            download = transfer::cancel;
            return transfer.result();
        }

        private Transfer<ReceivedModel> transfer() {
            ProgressMeter meter =
                    new ProgressMeter(listeners, env, TransferDirection.DOWNLOAD, modelId, OptionalLong.empty());
            Transfer<ReceivedModel> transfer =
                    CombinerTransport.carrying(headers, transport).download(modelId, meter);
            CompletionStage<ReceivedModel> trusted = Release.then(
                    transfer.result(),
                    env,
                    received -> {
                        ScaleoutModel verified = trust.verified(modelId, received.model(), received.checksum());
                        meter.done(verified.size());
                        return new ReceivedModel(verified, received.checksum());
                    },
                    received -> received.model().close());
            return new Transfer<>(trusted, transfer.cancellation());
        }

        private void beforeRetry(Throwable failure, Duration wait) {
            download = () -> {};
            lines.info(
                    "the download of model {} failed: {}; next attempt in {} ms",
                    modelId,
                    Failures.describe(failure),
                    wait.toMillis());
            if (attempts.failures() == retry.maxAttempts() && failure instanceof EdgeException known) {
                String text = "model " + modelId + " cannot be downloaded yet: " + known.getMessage();
                LOG.warn("{}; the client tries again for {} min in all", text, PATIENCE.toMinutes());
                listeners.error(new EdgeException(known.code(), text, known, true, attempts.failures()));
            }
        }

        private void failed(@Nullable Throwable error) {
            flights.remove(modelId, this);
            Throwable why = error == null ? new IllegalStateException("no model, no error") : error;
            List.copyOf(waiting).forEach(one -> one.completeExceptionally(why));
        }

        private void arrived(ScaleoutModel arrived) {
            model = arrived;
            waiting.forEach(one -> one.complete(arrived.share()));
            waiting.clear();
        }

        /** The model goes into the cache after the waiting tasks have it: the disk must not delay them. */
        private void keep(ScaleoutModel arrived, boolean checksummed) {
            Runnable keep = () -> {
                synchronized (keeping) {
                    if (!unwanted) {
                        cache.keep(arrived, checksummed);
                    }
                }
            };
            when(CompletableFuture.runAsync(keep, env.io()), (kept, error) -> {
                if (error != null && !Failures.isOfClose(error)) {
                    lines.warn(
                            "the client cannot keep model {} for later tasks: {}", modelId, Failures.describe(error));
                }
                over();
            });
        }

        /**
         * Keeps a model that has come out of the cache, and away from tasks that ask later. If the model is being written into the
         * cache, waits until it is there. A model that is still on its way stays, because tasks wait for it. From any thread.
         */
        void doNotKeep() {
            synchronized (keeping) {
                if (model != null) {
                    unwanted = true;
                    flights.remove(modelId, this);
                }
            }
        }

        private void over() {
            flights.remove(modelId, this);
            letGo();
        }

        /** The last handle deletes the model's file, and the disk may be slow. */
        private void letGo() {
            ScaleoutModel held = model;
            if (held != null) {
                Release.later(env, held::close);
            }
        }
    }
}
