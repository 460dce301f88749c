package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a feed sees of the tasks: takes requests from it and gives it reports. Lives on the client's strand. */
final class FeedSink implements TaskFeed.Sink {

    private final TaskIntake intake;
    private final KnownTasks known;
    private final ResultDelivery results;
    private final Runnable idle;
    private final Reachability reachability;

    /**
     * A sink for one feed.
     *
     * @param idle runs after each call of the feed
     */
    FeedSink(TaskIntake intake, KnownTasks known, ResultDelivery results, Runnable idle, Reachability reachability) {
        this.intake = intake;
        this.known = known;
        this.results = results;
        this.idle = idle;
        this.reachability = reachability;
    }

    @Override
    public boolean hasRoom() {
        return intake.hasRoom();
    }

    @Override
    public List<TaskReport> reports() {
        List<TaskReport> reports = known.ends().untold();
        for (LedgerEntry entry : results.takenOver()) {
            reports.add(report(entry.correlationId(), "RUNNING", entry.startedAt()));
        }
        for (RunningTask task : known.active().all()) {
            String status = task.isWaiting() ? "PENDING" : "RUNNING";
            TaskReport report =
                    report(task.correlationId(), status, task.startedAt().orElse(null));
            reports.add(known.autonomous().announced(report));
        }
        return reports;
    }

    private static TaskReport report(String correlationId, String status, @Nullable Instant startedAt) {
        return new TaskReport(correlationId, status, false, "", startedAt, null);
    }

    @Override
    public void reported(List<TaskReport> reports) {
        reports.forEach(known.autonomous()::sent);
        known.ends().told(reports);
    }

    @Override
    public CompletionStage<@Nullable Void> received(List<TaskRequest> tasks) {
        return intake.receive(tasks);
    }

    @Override
    public void idle() {
        idle.run();
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
