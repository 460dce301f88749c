package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.ProgressMeter;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.ReceivedModel;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.model.ModelSignature;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives models to tasks: from the cache, or by one download however many ask, tried a limited number of times. A download that
 * nobody waits for any more is broken off. Lives on the client's strand.
 */
final class ModelFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TRANSPORT);

    private final CombinerTransport transport;
    private final Env env;
    private final Strand strand;
    private final ModelCache cache;
    private final ModelTrust trust;
    private final RetryPolicy retry;
    private final Events events;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();

    ModelFetcher(TaskDependencies client, TaskPolicy policy) {
        this.transport = client.transport();
        this.env = client.env();
        this.strand = client.strand();
        this.cache = client.models();
        this.trust = policy.trust();
        this.retry = policy.transfers();
        this.events = client.events();
    }

    /** A model that somebody waits for. */
    interface Fetch {

        /** The model; whoever takes it closes it. */
        CompletionStage<ScaleoutModel> model();

        /** It is not needed any more. The model fails as CANCELLED if it has not come. */
        void giveUp();
    }

    /** Asks for a model. */
    Fetch fetch(String modelId) {
        Flight flight = flights.get(modelId);
        if (flight == null) {
            flight = new Flight(modelId);
            flights.put(modelId, flight);
            flight.lookIntoCache();
        }
        return flight.join();
    }

    /** Whether a model is being fetched or is in the cache. From any thread; blocks on the disk. */
    boolean has(String modelId) {
        return flights.containsKey(modelId) || cache.has(modelId);
    }

    /** Drops a model, also if it has come and is only about to be kept. From any thread; blocks on the disk. */
    void forget(String modelId) {
        Flight flight = flights.get(modelId);
        if (flight != null) {
            flight.doNotKeep();
        }
        cache.forget(modelId);
    }

    /** Nobody gets a model any more that has not come. */
    void giveUpAll() {
        List.copyOf(flights.values()).forEach(Flight::giveUp);
    }

    /** One model on its way, and all who wait for it. */
    private final class Flight {

        private final String modelId;
        private final Backoff backoff = new Backoff(retry, env.random());
        private final List<CompletableFuture<ScaleoutModel>> waiting = new ArrayList<>();
        private final Object keeping = new Object();
        private volatile @Nullable ScaleoutModel model;
        private boolean unwanted;
        private Cancellable current = () -> {};

        Flight(String modelId) {
            this.modelId = modelId;
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

        private void leave(CompletableFuture<ScaleoutModel> mine) {
            waiting.removeIf(one -> one == mine);
            mine.completeExceptionally(new EdgeException(ErrorCode.CANCELLED, "nobody needs model " + modelId));
            if (waiting.isEmpty() && model == null) {
                flights.remove(modelId, this);
                current.cancel();
            }
        }

        void giveUp() {
            List.copyOf(waiting).forEach(this::leave);
        }

        void lookIntoCache() {
            strand.when(CompletableFuture.supplyAsync(this::trustedFromCache, env.io()), (found, error) -> {
                if (error != null) {
                    LOG.warn("the model cache is unreadable; the client downloads model {}", modelId, error);
                }
                if (found != null && found.isPresent()) {
                    arrived(found.get());
                    over();
                } else if (!waiting.isEmpty()) {
                    download();
                }
            });
        }

        /** What is in the cache may have come when less was asked for. */
        private Optional<ScaleoutModel> trustedFromCache() {
            Optional<ScaleoutModel> found = cache.find(modelId);
            if (found.isEmpty() || trust.policy().signers().isEmpty()) {
                return found;
            }
            try {
                return Optional.of(trusted(
                        new ReceivedModel(found.get(), Optional.of(found.get().checksum()))));
            } catch (EdgeException refused) {
                LOG.warn("model {} in the cache is no longer trusted: {}", modelId, refused.getMessage());
                cache.forget(modelId);
                return Optional.empty();
            }
        }

        private void download() {
            ProgressMeter meter =
                    new ProgressMeter(events, env, TransferDirection.DOWNLOAD, modelId, OptionalLong.empty());
            Transfer<ReceivedModel> transfer = transport.download(modelId, meter);
            current = transfer::cancel;
            CompletionStage<ReceivedModel> checked = transfer.result()
                    .thenApplyAsync(received -> new ReceivedModel(trusted(received), received.checksum()), env.io());
            strand.when(checked, (received, error) -> {
                if (received == null) {
                    failed(error);
                } else {
                    meter.done(received.model().size());
                    arrived(received.model());
                    keep(received.model(), received.checksum().isPresent());
                }
            });
        }

        private ScaleoutModel trusted(ReceivedModel received) {
            try {
                ModelSignature signature = trust.policy().signers().isEmpty() ? null : signature();
                trust.policy().verify(received.model(), received.checksum().orElse(null), signature);
                return received.model();
            } catch (RuntimeException | Error refused) {
                received.model().close();
                throw refused;
            }
        }

        private @Nullable ModelSignature signature() {
            try {
                return trust.signatures().signature(modelId).orElse(null);
            } catch (Exception e) {
                throw new EdgeException(
                        ErrorCode.UNAVAILABLE,
                        "the signature of model " + modelId + " cannot be found out: " + Failures.describe(e),
                        e);
            }
        }

        private void failed(@Nullable Throwable error) {
            if (waiting.isEmpty()) {
                return;
            }
            Duration wait = backoff.next();
            boolean again = error instanceof EdgeException known && known.retryable();
            if (again && backoff.failures() < retry.maxAttempts()) {
                LOG.debug("the download of model {} failed; next attempt in {} ms", modelId, wait.toMillis(), error);
                current = strand.after(wait, this::download);
                return;
            }
            flights.remove(modelId, this);
            Throwable why = error == null ? new IllegalStateException("no model, no error") : error;
            List.copyOf(waiting).forEach(one -> one.completeExceptionally(why));
        }

        private void arrived(ScaleoutModel arrived) {
            model = arrived;
            waiting.forEach(one -> one.complete(arrived.share()));
            waiting.clear();
        }

        /** The model goes to the cache after those who waited have it: the disk must not delay them. */
        private void keep(ScaleoutModel arrived, boolean checksummed) {
            Runnable keep = () -> {
                synchronized (keeping) {
                    if (!unwanted) {
                        cache.keep(arrived, checksummed);
                    }
                }
            };
            strand.when(CompletableFuture.runAsync(keep, env.io()), (kept, error) -> {
                if (error != null) {
                    LOG.warn("the client cannot keep model {} for later tasks: {}", modelId, Failures.describe(error));
                }
                over();
            });
        }

        /**
         * What has come is given to nobody else and does not get into the cache any more; if that is going on, waits until it is
         * there. What is still coming stays: those who wait for it want it. From any thread.
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
            if (model != null) {
                model.close();
            }
        }
    }
}
