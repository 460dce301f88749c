package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a client: composes what takes, runs and reports them, and stops them when the client closes. A task is reported COMPLETED
 * only after the combiner has acknowledged its result. Lives on the client's strand.
 */
public final class TaskService {

    private final TaskDependencies client;
    private final TaskSettings settings;
    private final ModelFetcher fetcher;
    private final KnownTasks known;
    private final ResultDelivery results;
    private final TaskIntake intake;
    private final HostCalls hostCalls;
    private final UpdateIds updateIds = new UpdateIds();
    private final List<CompletableFuture<@Nullable Void>> awaitingQuiet = new ArrayList<>();
    private @Nullable TaskFeed feed;

    /** A service without tasks. */
    public TaskService(TaskDependencies client, TaskPolicy policy) {
        this.client = client;
        this.settings = policy.tasks();
        this.fetcher = new ModelFetcher(client, policy);
        this.known = KnownTasks.recovered(client, this::wake);
        this.results = new ResultDelivery(client, known, this::tellIfRestricted);
        StagedModels staged = new StagedModels(client, fetcher);
        Handlers handlers = new Handlers(client, updateIds, staged);
        CallbackServices services = CallbackServices.of(client, known.traces());
        TaskResources resources = TaskResources.of(client, policy, fetcher, services);
        RunningTask.Host host = new TaskHost(known, results);
        this.intake = new TaskIntake(client, settings, known, handlers, task -> new RunningTask(task, resources, host));
        this.hostCalls = new HostCalls(
                new HostModels(client, policy, fetcher, staged),
                new HostTasks(client, handlers, services, this::beginAutonomous));
        client.outbox().resultListener(results);
    }

    /** Where a feed hands tasks over and gets reports. */
    public TaskFeed.Sink sink(Reachability reachability) {
        return new FeedSink(intake, known, results, this::tellIfQuiet, reachability);
    }

    /**
     * Deals with the tasks of earlier processes, and takes new ones from then on: when the outbox knows which results are still to be sent.
     */
    public void recover() {
        boolean later = !client.outbox().isRestored();
        client.outbox().whenRestored(() -> {
            client.outbox().unsentModels().forEach(updateIds::claim);
            intake.recover(client.outbox().unsentResults(), results::takeOver);
            if (later) {
                wake();
            }
        });
    }

    /** Wakes this feed when there is something to report. */
    public void feed(TaskFeed taskFeed) {
        feed = taskFeed;
    }

    /** What the host does on its own account. */
    public HostCalls hostCalls() {
        return hostCalls;
    }

    private RunningTask beginAutonomous(TaskRequest request, AutonomousHandler handler) {
        RunningTask task = intake.beginAutonomous(request, handler);
        wake();
        return task;
    }

    /**
     * Takes no more tasks and asks all to stop.
     *
     * @param longestGrace how long callbacks may take to notice, at the most, before they are interrupted
     */
    public void drain(AbortReason reason, Duration longestGrace) {
        intake.close();
        Duration grace = settings.abortGrace().compareTo(longestGrace) < 0 ? settings.abortGrace() : longestGrace;
        known.active().abortAll(reason, grace);
        fetcher.giveUpAll();
        hostCalls.models().close();
    }

    /** Completes when all tasks have ended and the combiner knows every end, if there is a feed to report them with. */
    public CompletionStage<@Nullable Void> quiet() {
        CompletableFuture<@Nullable Void> quiet = new CompletableFuture<>();
        awaitingQuiet.add(quiet);
        tellIfQuiet();
        return quiet;
    }

    /** The correlation ids of tasks whose callbacks still run, including those that ignored their abort. */
    public List<String> running() {
        return known.active().inCallback();
    }

    /** The correlation ids of tasks whose callbacks ignored their abort and still run, and of tasks that the client could not end yet. */
    public List<String> stuckTasks() {
        return Stream.concat(known.active().stuck().stream(), known.ends().notNoted().stream())
                .toList();
    }

    /** Whether the client takes no tasks: it does not know those of earlier processes yet, a lane is blocked, or a task cannot be ended. */
    public boolean isBlocked() {
        return intake.isBlocked() || !known.ends().notNoted().isEmpty();
    }

    /** The client is closed, whatever has not ended. */
    public void stop() {
        known.ends().stop();
        fetcher.stop();
        hostCalls.models().stop();
    }

    private void wake() {
        if (feed != null) {
            feed.wake();
            tellIfRestricted();
        } else {
            tellIfQuiet();
        }
    }

    /** While the host restricts the network, no call of the feed would do so. */
    private void tellIfRestricted() {
        if (!client.gate().isOpen()) {
            tellIfQuiet();
        }
    }

    /** Nobody tells the combiner of ends now: it is enough that all callbacks have ended and that the outbox has their results. */
    private boolean onlyResultsWait() {
        Set<String> waiting = client.outbox().unsentResults();
        return known.active().all().stream().allMatch(task -> waiting.contains(task.correlationId()));
    }

    private boolean mayBringTasks() {
        return feed != null && feed.mayBringTasks();
    }

    private void tellIfQuiet() {
        boolean tells = feed != null && client.gate().isOpen();
        boolean quiet = tells ? known.areSettled() && !mayBringTasks() : onlyResultsWait();
        if (quiet) {
            List<CompletableFuture<@Nullable Void>> told = List.copyOf(awaitingQuiet);
            awaitingQuiet.clear();
            told.forEach(waiting -> waiting.complete(null));
        }
    }
}
