package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes tasks on, answers those it has seen before, and tells the combiner how each ends. A task is told COMPLETED only after
 * its result was acknowledged. Lives on the client's strand.
 */
public final class TaskService {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TASK);

    /**
     * The rest of the client, as far as tasks need it.
     *
     * @param kept what the store had when the process began
     * @param current tells which thread works for which task
     */
    public record Parts(
            String clientId,
            Env env,
            Strand strand,
            IdentityRows rows,
            Kept kept,
            BlobStore blobs,
            ModelCache models,
            Outbox outbox,
            HostLog log,
            Events events,
            CurrentTasks current,
            Callbacks callbacks) {}

    /**
     * Rows of an earlier process.
     *
     * @param ledger tasks that came
     * @param staged models that were fetched for a later inference
     */
    public record Kept(List<Row> ledger, List<Row> staged) {

        /** Reads the rows. Blocks on the disk. */
        public static Kept load(IdentityRows rows) {
            return new Kept(rows.load(Table.LEDGER), rows.load(Table.STAGED));
        }
    }

    /**
     * How tasks are done.
     *
     * @param statusLines whether status lines tell of the start and end of tasks
     * @param downloads how often a download is tried
     * @param trust what a model must prove
     * @param signatures where signatures of models are found
     */
    public record Rules(
            TaskSettings tasks,
            boolean statusLines,
            RetryPolicy downloads,
            TrustPolicy trust,
            SignatureSource signatures) {}

    private final SaidOnce unwritable = new SaidOnce();
    private final Parts parts;
    private final Rules rules;
    private final ModelFetcher fetcher;
    private final StagedModels staged;
    private final TaskLedger ledger;
    private final AutonomousTasks autonomous = new AutonomousTasks();
    private final TaskEnds ends;
    private final ResultDelivery results;
    private final Handlers handlers;
    private final Map<String, RunningTask> active = new LinkedHashMap<>();
    private final Set<RunningTask> stuck = new LinkedHashSet<>();
    private final List<CompletableFuture<@Nullable Void>> awaitingQuiet = new ArrayList<>();
    private @Nullable TaskFeed feed;
    private boolean draining;
    private boolean warnedOfNameless;

    /** A service without tasks. */
    public TaskService(Parts parts, Rules rules, CombinerTransport transport) {
        this.parts = parts;
        this.rules = rules;
        this.fetcher = new ModelFetcher(
                transport,
                parts.env(),
                parts.strand(),
                parts.models(),
                new ModelFetcher.Trust(rules.trust(), rules.signatures()),
                rules.downloads(),
                parts.events());
        this.ledger = new TaskLedger(parts.kept().ledger());
        this.staged = new StagedModels(parts.rows(), fetcher, parts.kept().staged());
        this.ends = new TaskEnds(parts.rows(), parts.strand(), parts.env().listeners(), ledger, autonomous);
        this.results = new ResultDelivery(parts, ledger, active::get, this::endedLater);
        this.handlers = new Handlers(
                parts.callbacks(),
                rules.tasks(),
                new Handlers.Needs(
                        parts.env(),
                        parts.log(),
                        results::claimUpdateId,
                        staged::add,
                        () -> transport.dialect().sendsBareParameters(),
                        () -> !active.isEmpty(),
                        () -> parts.strand().execute(this::makeRoomForRestart)));
        parts.outbox().resultListener(results);
        parts.outbox().unsentModels().forEach(results::claimUpdateId);
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

    /**
     * Deals with the tasks of earlier processes: those that are done and not told are told, results that were written down are sent,
     * and what was running is told FAILED or begun again.
     */
    public void recover() {
        Set<String> unsent = parts.outbox().unsentResults();
        for (LedgerEntry entry : ledger.all()) {
            switch (entry.step()) {
                case RECEIVED -> restarted(entry);
                case RESULT_STORED -> {
                    if (unsent.contains(entry.correlationId())) {
                        results.takeOver(entry);
                    } else {
                        endedLater(entry, TaskStatus.FAILED, "the result was given up before it could be sent");
                    }
                }
                case DONE -> ends.tell(entry);
                case TOLD -> {}
            }
        }
    }

    private void restarted(LedgerEntry entry) {
        Optional<TaskRequest> again =
                entry.request().filter(request -> rules.tasks().runsAgainAfterRestart());
        if (again.isPresent()) {
            begin(again.get());
        } else {
            endedLater(entry, TaskStatus.FAILED, "client restarted");
        }
    }

    /** A task of an earlier process ended. */
    private void endedLater(LedgerEntry entry, TaskStatus status, String reason) {
        TaskRequest request = entry.request().orElseGet(() -> TaskRequest.of(entry.correlationId(), ""));
        LOG.info("task {} of an earlier run ended as {} {}", entry.correlationId(), status, reason);
        ended(request, status, reason, TaskEnds.response(status, reason), entry.startedAt());
    }

    /** Wakes this feed when there is something to tell. */
    public void feed(TaskFeed taskFeed) {
        feed = taskFeed;
    }

    /** What the host does with models and tasks by itself. */
    public HostCalls hostCalls() {
        return new HostCalls(this, parts, fetcher, staged, handlers);
    }

    /**
     * Takes no more tasks and asks all to stop.
     *
     * @param longestGrace how long callbacks may take to notice, at the most, before they are interrupted
     */
    public void drain(AbortReason reason, Duration longestGrace) {
        draining = true;
        Duration grace = abortGrace().compareTo(longestGrace) < 0 ? abortGrace() : longestGrace;
        abortAll(reason, grace, active.values().stream());
        fetcher.giveUpAll();
    }

    private void makeRoomForRestart() {
        draining = true;
        abortAll(
                AbortReason.HOST_REQUEST,
                abortGrace(),
                active.values().stream().filter(task -> !task.request().type().equals(TaskTypes.RESTART)));
    }

    private static void abortAll(AbortReason reason, Duration grace, Stream<RunningTask> which) {
        List<RunningTask> tasks = which.toList();
        // First those in line, so that none of them gets the lane of one that ends.
        tasks.stream().filter(RunningTask::isWaiting).forEach(task -> task.abort(reason, grace));
        tasks.stream().filter(task -> !task.isWaiting()).forEach(task -> task.abort(reason, grace));
    }

    /** Completes when no task is at hand and the combiner was told of every end, if there is a way to tell it. */
    public CompletionStage<@Nullable Void> quiet() {
        CompletableFuture<@Nullable Void> quiet = new CompletableFuture<>();
        awaitingQuiet.add(quiet);
        tellIfQuiet();
        return quiet;
    }

    /** The correlation ids of tasks whose callbacks still run, those that ignored their abort included. */
    public List<String> running() {
        return Stream.concat(
                        active.values().stream().filter(task -> task.phase() == RunningTask.Phase.RUNNING),
                        stuck.stream())
                .map(task -> task.request().correlationId())
                .toList();
    }

    /** The correlation ids of tasks whose callbacks ignored their abort and still run. */
    public List<String> stuckTasks() {
        return stuck.stream().map(task -> task.request().correlationId()).toList();
    }

    /** Whether so many callbacks are stuck that a lane takes nothing any more. */
    public boolean isBlocked() {
        return handlers.isBlocked();
    }

    // What running tasks need.

    Strand strand() {
        return parts.strand();
    }

    String clientId() {
        return parts.clientId();
    }

    Duration abortGrace() {
        return rules.tasks().abortGrace();
    }

    CallbackContext.Means meansOfContext() {
        return new CallbackContext.Means(parts.log(), parts.events(), parts.current(), new ScratchDirectory());
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

    void status(RunningTask task, String text, LogLevel level) {
        if (rules.statusLines()) {
            LogOptions options =
                    LogOptions.defaults().withStatusType(task.handler().statusType());
            var unused = parts.log().sendStatus(text, level, options);
        }
    }

    void stuck(RunningTask task) {
        stuck.add(task);
        task.lane().replace(task);
    }

    void unstuck(RunningTask task) {
        stuck.remove(task);
        task.lane().unstuck(task);
    }

    void resultReady(RunningTask task, TaskHandler.Sent result) {
        results.ready(task, result);
    }

    void afterTold(TaskRequest request, Runnable action) {
        ends.afterTold(request.correlationId(), action);
    }

    void tellValue(CompletableFuture<@Nullable Object> value, @Nullable Object result) {
        parts.env().listeners().execute(() -> value.complete(result));
    }

    void tellFailure(CompletableFuture<@Nullable Object> value, Throwable failure) {
        parts.env().listeners().execute(() -> value.completeExceptionally(failure));
    }

    // From request to lane.

    private void receive(TaskRequest request) {
        String id = request.correlationId();
        if (id.isEmpty()) {
            LOG.atLevel(warnedOfNameless ? Level.DEBUG : Level.WARN)
                    .log(
                            "the client ignores a task of type '{}' without a correlation id (logged once)",
                            request.type());
            warnedOfNameless = true;
            return;
        }
        Optional<AbortReason> stop = stopWish(request.status());
        Optional<LedgerEntry> seen = ledger.find(id);
        if (seen.isPresent()) {
            receivedAgain(request, seen.get(), stop);
        } else if (stop.isPresent()) {
            // A wish that something stop that never ran here: it is answered, not run.
            endedBeforeStart(request, TaskStatus.INTERRUPTED, stop.get().message());
        } else if (draining) {
            endedBeforeStart(request, TaskStatus.INTERRUPTED, AbortReason.CLIENT_CLOSING.message());
        } else {
            begin(request);
        }
    }

    private void notTakenOn(TaskRequest request, Throwable failure) {
        RunningTask task = active.get(request.correlationId());
        if (task != null) {
            task.end(TaskStatus.FAILED, Failures.describe(failure), failure);
        } else {
            endedBeforeStart(request, TaskStatus.FAILED, Failures.describe(failure));
        }
    }

    private static Optional<AbortReason> stopWish(String status) {
        return switch (status) {
            case "INTERRUPTED" -> Optional.of(AbortReason.SERVER_REQUEST);
            case "TIMEOUT" -> Optional.of(AbortReason.SERVER_TIMEOUT);
            default -> Optional.empty();
        };
    }

    private void receivedAgain(TaskRequest request, LedgerEntry entry, Optional<AbortReason> stop) {
        String id = request.correlationId();
        RunningTask task = active.get(id);
        autonomous.forget(id);
        if (task != null) {
            stop.ifPresent(reason -> task.abort(reason, abortGrace()));
        } else if (entry.isDone() && !TaskTypes.isAutonomous(request.type())) {
            LOG.debug("the combiner delivered task {} again; the client answers from its record", id);
            // With the next poll, not at once: a server that repeats itself must not set the pace.
            ends.tell(entry);
        }
    }

    private void begin(TaskRequest request) {
        parts.events().taskReceived(request);
        if (request.type().equals(TaskTypes.RESTART) && restartUnderWay()) {
            endedBeforeStart(request, TaskStatus.FAILED, "a restart is already under way");
            return;
        }
        RunningTask task;
        try {
            Handlers.Choice choice = handlers.of(request);
            task = new RunningTask(
                    request,
                    choice.handler(),
                    choice.handler().prepare(request),
                    choice.lane(),
                    choice.timeLimit(),
                    this,
                    parts.env());
        } catch (EdgeException refused) {
            LOG.warn(
                    "the client refuses task {} ({}): {}",
                    request.correlationId(),
                    request.type(),
                    Failures.describe(refused));
            endedBeforeStart(request, TaskStatus.FAILED, Failures.describe(refused));
            return;
        }
        enter(task);
    }

    private boolean restartUnderWay() {
        return active.values().stream().anyMatch(task -> task.request().type().equals(TaskTypes.RESTART));
    }

    /** Begins a task that the host wants done; its reports carry its type and parameters. */
    RunningTask beginAutonomous(TaskRequest request, AutonomousHandler handler) {
        if (draining) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "the client is closing and starts no task any more");
        }
        RunningTask task = new RunningTask(
                request,
                handler,
                handler.prepare(request),
                handlers.autonomousLane(),
                Optional.empty(),
                this,
                parts.env());
        autonomous.started(request.correlationId(), request.type(), request.data());
        parts.events().taskReceived(request);
        enter(task);
        wake();
        return task;
    }

    private void enter(RunningTask task) {
        String id = task.request().correlationId();
        active.put(id, task);
        Batch batch = new Batch();
        ledger.put(batch, LedgerEntry.received(task.request(), parts.env().wall()));
        strand().when(parts.rows().commit(batch), (done, error) -> {
            if (error == null) {
                unwritable.works();
            } else {
                unwritable.fails(
                        LOG,
                        "task {} could not be stored; the client runs it nevertheless: {}",
                        id,
                        Failures.describe(error));
            }
            if (task.isWaiting() && !task.lane().enter(task)) {
                task.end(TaskStatus.FAILED, "busy", null);
            }
        });
    }

    // From the end to the last report.

    private void endedBeforeStart(TaskRequest request, TaskStatus status, String reason) {
        ended(request, status, reason, TaskEnds.response(status, reason), null);
    }

    /** The task's end is known: it goes to the ledger, then to the combiner. */
    void ended(TaskRequest request, TaskStatus status, String reason, String response, @Nullable Instant startedAt) {
        String id = request.correlationId();
        active.remove(id);
        Instant now = parts.env().wall();
        LedgerEntry done = ledger.find(id)
                .orElseGet(() -> LedgerEntry.received(request, now))
                .done(status.name(), response, startedAt, now);
        ends.write(done, () -> {
            wake();
            parts.events().taskFinished(request, status, reason);
        });
    }

    private void wake() {
        if (feed != null) {
            feed.wake();
        } else {
            tellIfQuiet();
        }
    }

    private void tellIfQuiet() {
        boolean settled = feed == null || (ends.allTold() && !feed.mayBringTasks());
        if (active.isEmpty() && settled) {
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
            return !draining && handlers.hasRoom();
        }

        @Override
        public List<TaskReport> reports() {
            List<TaskReport> reports = ends.untold();
            for (LedgerEntry entry : results.takenOver()) {
                reports.add(new TaskReport(entry.correlationId(), "RUNNING", false, "", entry.startedAt(), null));
            }
            for (RunningTask task : active.values()) {
                reports.add(autonomous.announced(new TaskReport(
                        task.request().correlationId(),
                        task.isWaiting() ? "PENDING" : "RUNNING",
                        false,
                        "",
                        task.startedAt().orElse(null),
                        null)));
            }
            return reports;
        }

        @Override
        public void reported(List<TaskReport> reports) {
            reports.forEach(autonomous::sent);
            ends.told(reports);
        }

        @Override
        public void received(List<TaskRequest> tasks) {
            List<TaskRequest> restartsLast = new ArrayList<>(tasks);
            restartsLast.sort(Comparator.comparing(task -> task.type().equals(TaskTypes.RESTART)));
            for (TaskRequest task : restartsLast) {
                try {
                    receive(task);
                } catch (RuntimeException | Error failure) {
                    // The others must not suffer for it.
                    LOG.error(
                            "the client failed to accept task {}; this is a bug in the SDK",
                            task.correlationId(),
                            failure);
                    notTakenOn(task, failure);
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
