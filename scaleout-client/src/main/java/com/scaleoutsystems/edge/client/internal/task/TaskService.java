package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.AbortReason;
import com.scaleoutsystems.edge.client.LogLevel;
import com.scaleoutsystems.edge.client.Outcome;
import com.scaleoutsystems.edge.client.RetryPolicy;
import com.scaleoutsystems.edge.client.SignatureSource;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.TaskSettings;
import com.scaleoutsystems.edge.client.TaskStatus;
import com.scaleoutsystems.edge.client.TrainCallback;
import com.scaleoutsystems.edge.client.ValidateCallback;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.report.OutboxRecord;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks on, answers those it has seen before, and tells the combiner how each ends. A task is told COMPLETED only after
 * its result was acknowledged. Lives on the client's strand.
 */
public final class TaskService implements Outbox.Results {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TASK);
    private static final int REMEMBERED_UPDATES = 1_000;

    /**
     * The rest of the client, as far as tasks need it.
     *
     * @param current gives each callback's thread its task
     */
    public record Parts(
            String clientId,
            Env env,
            Strand strand,
            IdentityRows rows,
            BlobStore blobs,
            ModelCache models,
            Outbox outbox,
            HostLog log,
            Events events,
            CurrentTasks current) {}

    private final Parts parts;
    private final TaskSettings settings;
    private final boolean statusLines;
    private final ModelFetcher fetcher;
    private final TaskLedger ledger = new TaskLedger();
    private final Map<TaskKind, TaskHandler> handlers = new EnumMap<>(TaskKind.class);
    private final Lane lane;
    private final Map<String, RunningTask> active = new LinkedHashMap<>();
    private final LastReports lastReports = new LastReports();
    private final Set<String> updateIds = new LinkedHashSet<>();
    private final List<CompletableFuture<@Nullable Void>> awaitingQuiet = new ArrayList<>();
    private @Nullable TaskFeed feed;
    private boolean draining;

    /** Ends that are being written down: not active any more, and not yet to be told. */
    private int endsUnderWay;

    /**
     * A service without tasks.
     *
     * @param statusLines whether status lines tell of the start and end of tasks
     */
    public TaskService(
            Parts parts,
            TaskSettings settings,
            boolean statusLines,
            CombinerTransport transport,
            RetryPolicy downloads,
            TrustPolicy trust,
            SignatureSource signatures,
            @Nullable TrainCallback train,
            @Nullable ValidateCallback validate) {
        this.parts = parts;
        this.settings = settings;
        this.statusLines = statusLines;
        this.fetcher = new ModelFetcher(
                transport,
                parts.env(),
                parts.strand(),
                parts.models(),
                new ModelFetcher.Trust(trust, signatures),
                downloads,
                parts.events());
        this.lane = new Lane("compute", settings.maxWaitingTasks());
        handlers.put(TaskKind.TRAIN, new TrainHandler(train, parts.env(), parts.log(), this::claimUpdateId));
        handlers.put(TaskKind.VALIDATE, new ValidateHandler(validate, parts.env(), parts.log()));
        parts.outbox().results(this);
    }

    /** The feed's way in. */
    public TaskFeed.Sink sink(Reachability reachability) {
        return new FeedSink(reachability);
    }

    /** Hears whether the combiner answers. */
    public interface Reachability {
        /** The combiner answered. */
        void reachable();

        /** The combiner did not answer. */
        void unreachable(EdgeException error);
    }

    /** Wakes this feed when there is something to tell. */
    public void feed(TaskFeed taskFeed) {
        feed = taskFeed;
    }

    /**
     * Takes no more tasks and asks all to stop.
     *
     * @param longestGrace how long callbacks may take to notice, at the most, before they are interrupted
     */
    public void drain(AbortReason reason, Duration longestGrace) {
        draining = true;
        Duration grace = settings.abortGrace().compareTo(longestGrace) < 0 ? settings.abortGrace() : longestGrace;
        List<RunningTask> tasks = List.copyOf(active.values());
        // First those in line, so that none of them gets the lane of one that ends.
        tasks.stream().filter(RunningTask::isWaiting).forEach(task -> task.abort(reason, grace));
        tasks.stream().filter(task -> !task.isWaiting()).forEach(task -> task.abort(reason, grace));
    }

    /** Completes when no task is at hand and the combiner was told of every end. */
    public CompletionStage<@Nullable Void> quiet() {
        CompletableFuture<@Nullable Void> quiet = new CompletableFuture<>();
        awaitingQuiet.add(quiet);
        tellIfQuiet();
        return quiet;
    }

    /** The correlation ids of tasks whose callbacks still run. */
    public List<String> running() {
        return active.values().stream()
                .filter(task -> task.phase() == RunningTask.Phase.RUNNING)
                .map(task -> task.request().correlationId())
                .toList();
    }

    // What running tasks need.

    Strand strand() {
        return parts.strand();
    }

    String clientId() {
        return parts.clientId();
    }

    HostLog log() {
        return parts.log();
    }

    CurrentTasks current() {
        return parts.current();
    }

    ModelFetcher.Fetch fetch(String modelId) {
        return fetcher.fetch(modelId);
    }

    void callbackEntered(RunningTask task) {
        parts.events().taskStarted(task.request());
    }

    void status(RunningTask task, String text) {
        status(task, text, LogLevel.INFO);
    }

    private void status(RunningTask task, String text, LogLevel level) {
        if (statusLines) {
            var unused = parts.log().status(text, level, task.handler().statusType());
        }
    }

    // From request to lane.

    private void receive(TaskRequest request) {
        String id = request.correlationId();
        if (id.isEmpty()) {
            LOG.warn("a task of type '{}' came without a correlation id and is ignored", request.type());
            return;
        }
        Optional<AbortReason> stop = stopWish(request.status());
        Optional<TaskLedger.Entry> seen = ledger.find(id);
        if (seen.isPresent()) {
            receivedAgain(request, seen.get(), stop);
        } else if (stop.isPresent()) {
            // A wish that something stop that never ran here: it is answered, not run.
            ended(request, TaskStatus.INTERRUPTED, stop.get().message(), null);
        } else if (draining) {
            ended(request, TaskStatus.INTERRUPTED, AbortReason.CLIENT_CLOSING.message(), null);
        } else {
            begin(request);
        }
    }

    private static Optional<AbortReason> stopWish(String status) {
        return switch (status) {
            case "INTERRUPTED" -> Optional.of(AbortReason.SERVER_REQUEST);
            case "TIMEOUT" -> Optional.of(AbortReason.SERVER_TIMEOUT);
            default -> Optional.empty();
        };
    }

    private void receivedAgain(TaskRequest request, TaskLedger.Entry entry, Optional<AbortReason> stop) {
        String id = request.correlationId();
        RunningTask task = active.get(id);
        if (task != null) {
            stop.ifPresent(reason -> task.abort(reason, settings.abortGrace()));
        } else if (entry.step() == TaskLedger.Step.DONE) {
            LOG.debug("task {} came again and is answered from its record", id);
            // With the next poll, not at once: a server that repeats itself must not set the pace.
            lastReports.add(entry);
        }
    }

    private void begin(TaskRequest request) {
        parts.events().taskReceived(request);
        TaskHandler handler = handlers.get(TaskKind.of(request.type()));
        if (handler == null) {
            ended(request, TaskStatus.FAILED, "unknown task type '" + request.type() + "'", null);
            return;
        }
        RunningTask task;
        try {
            task = new RunningTask(request, handler, handler.prepare(request), lane, this, parts.env());
        } catch (EdgeException refused) {
            LOG.warn("task {} ({}) is refused: {}", request.correlationId(), request.type(), refused.getMessage());
            ended(request, TaskStatus.FAILED, RunningTask.message(refused), null);
            return;
        }
        active.put(request.correlationId(), task);
        Batch batch = new Batch();
        ledger.put(
                batch,
                TaskLedger.Entry.received(request.correlationId(), parts.env().wall()));
        strand().when(parts.rows().commit(batch), (done, error) -> {
            if (error != null) {
                task.end(TaskStatus.FAILED, "the task could not be written down: " + error.getMessage(), error);
            } else if (task.phase() == RunningTask.Phase.WAITING && !lane.enter(task)) {
                task.end(TaskStatus.FAILED, "busy", null);
            }
        });
    }

    // From result to last report.

    /** Writes the result down together with the ledger's step, then sends it. */
    void resultReady(RunningTask task, TaskHandler.Result result) {
        TaskRequest request = task.request();
        Optional<String> modelId = result.model().map(ScaleoutModel::modelId);
        CompletableFuture<@Nullable Void> pinned = CompletableFuture.runAsync(
                () -> result.model().ifPresent(model -> {
                    try (model) {
                        parts.blobs().pin(model.modelId(), model);
                    }
                }),
                parts.env().io());
        strand().when(pinned, (ok, notPinned) -> {
            if (notPinned != null) {
                task.end(
                        TaskStatus.FAILED, "the trained model could not be kept: " + notPinned.getMessage(), notPinned);
                return;
            }
            Batch batch = new Batch();
            OutboxRecord record = parts.outbox().prepare(batch, result.record(), request.correlationId(), modelId);
            ledger.find(request.correlationId()).ifPresent(entry -> ledger.put(batch, entry.resultStored()));
            strand().when(parts.rows().commit(batch), (done, notStored) -> {
                if (notStored != null) {
                    modelId.ifPresent(parts.blobs()::release);
                    task.end(
                            TaskStatus.FAILED,
                            "the result could not be written down: " + notStored.getMessage(),
                            notStored);
                } else {
                    parts.outbox().accept(record);
                }
            });
        });
    }

    /** Whether an id may be an update's, which it may once. Called on callback threads. */
    private boolean claimUpdateId(String modelId) {
        synchronized (updateIds) {
            if (updateIds.size() >= REMEMBERED_UPDATES) {
                updateIds.remove(updateIds.iterator().next());
            }
            return updateIds.add(modelId);
        }
    }

    @Override
    public Runnable settle(String correlationId, Outcome outcome, Batch batch) {
        RunningTask task = active.get(correlationId);
        if (task == null) {
            return () -> {};
        }
        if (outcome.isDelivered()) {
            return () -> {
                status(task, task.handler().statusAfterDelivery(), LogLevel.AUDIT);
                task.end(TaskStatus.COMPLETED, "", null);
            };
        }
        String why = outcome instanceof Outcome.Rejected rejected
                ? "the result was refused: " + rejected.error().getMessage()
                : "the result was given up: " + outcome;
        return () -> task.end(TaskStatus.FAILED, why, null);
    }

    /** The task's end is known: it goes to the ledger, then to the combiner. */
    void ended(TaskRequest request, TaskStatus status, String reason, @Nullable Instant startedAt) {
        String id = request.correlationId();
        active.remove(id);
        Instant now = parts.env().wall();
        TaskLedger.Entry done = ledger.find(id)
                .orElseGet(() -> TaskLedger.Entry.received(id, now))
                .done(status.name(), LastReports.response(status, reason), startedAt, now);
        Batch batch = new Batch();
        ledger.put(batch, done);
        endsUnderWay++;
        strand().when(parts.rows().commit(batch), (ok, error) -> {
            if (error != null) {
                LOG.warn("the end of task {} could not be written down; it is told all the same", id, error);
            }
            endsUnderWay--;
            report(done);
            parts.events().taskFinished(request, status, reason);
        });
    }

    private void report(TaskLedger.Entry entry) {
        lastReports.add(entry);
        if (feed != null) {
            feed.wake();
        }
    }

    private void tellIfQuiet() {
        boolean mayCome = feed != null && feed.mayBringTasks();
        if (active.isEmpty() && endsUnderWay == 0 && lastReports.isEmpty() && !mayCome) {
            List<CompletableFuture<@Nullable Void>> told = List.copyOf(awaitingQuiet);
            awaitingQuiet.clear();
            told.forEach(quiet -> quiet.complete(null));
        }
    }

    private final class FeedSink implements TaskFeed.Sink {

        private final Reachability reachability;

        FeedSink(Reachability reachability) {
            this.reachability = reachability;
        }

        @Override
        public boolean hasRoom() {
            return !draining && lane.hasRoom();
        }

        @Override
        public List<TaskReport> reports() {
            List<TaskReport> reports = lastReports.all();
            for (RunningTask task : active.values()) {
                boolean waiting = task.phase() == RunningTask.Phase.WAITING;
                reports.add(new TaskReport(
                        task.request().correlationId(),
                        waiting ? "PENDING" : "RUNNING",
                        false,
                        "",
                        task.startedAt().orElse(null),
                        null));
            }
            return reports;
        }

        @Override
        public void reported(List<TaskReport> reports) {
            lastReports.told(reports);
        }

        @Override
        public void received(List<TaskRequest> tasks) {
            for (TaskRequest task : tasks) {
                try {
                    receive(task);
                } catch (RuntimeException | Error failure) {
                    // The others must not suffer for it.
                    LOG.error(
                            "task {} could not be taken on; this is a fault of the SDK", task.correlationId(), failure);
                }
            }
        }

        @Override
        public void idle() {
            tellIfQuiet();
        }

        @Override
        public void reachable() {
            reachability.reachable();
        }

        @Override
        public void unreachable(EdgeException error) {
            reachability.unreachable(error);
        }
    }
}
