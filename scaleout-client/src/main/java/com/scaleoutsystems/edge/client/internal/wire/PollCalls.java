package com.scaleoutsystems.edge.client.internal.wire;

import com.google.protobuf.CodedOutputStream;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The two calls by which clients of the package {@code scaleout} poll. Each dialect has one of them. */
final class PollCalls {

    private final UnaryCalls<CombinerClientStub> calls;
    private final String clientId;

    PollCalls(UnaryCalls<CombinerClientStub> calls, String clientId) {
        this.calls = calls;
        this.clientId = clientId;
    }

    /** Reports all tasks and fetches as many as there are. */
    CompletionStage<Polled> all(Poll poll) {
        ClientReport.Builder report = ClientReport.newBuilder()
                .setClientId(clientId)
                .setPollIntervalMs(Messages.milliseconds(poll.interval()))
                .setSkipPollingTasks(poll.skipTasks());
        List<TaskReport> told = addFitting(report, poll.reports());
        return calls.<CombinerDirective>call(
                        "polling", (service, answer) -> service.pollAndReportAsync(report.build(), answer))
                .thenApply(directive -> new Polled(
                        directive.getTasksList().stream()
                                .map(Messages::taskRequest)
                                .toList(),
                        told));
    }

    /** As many reports as one message holds, and always the first: the others come with the next poll, which follows at once. */
    private List<TaskReport> addFitting(ClientReport.Builder message, List<TaskReport> reports) {
        List<TaskReport> fitting = new ArrayList<>();
        long bytes = 0;
        for (TaskReport report : reports) {
            ActivityReport part = Messages.activityReport(clientId, report);
            int size = CodedOutputStream.computeMessageSize(ClientReport.REPORTS_FIELD_NUMBER, part);
            if (fitting.isEmpty() || bytes + size <= TaskReport.MOST_TEXT) {
                fitting.add(report);
                message.addReports(part);
                bytes += size;
            }
        }
        return fitting;
    }

    /** Reports one task and fetches at most one: an end goes first, then progress, then the wish for a task. */
    CompletionStage<Polled> single(Poll poll) {
        List<TaskReport> known = poll.reports().stream()
                .filter(report -> !report.announcesAutonomousTask())
                .toList();
        // The call has no word for tasks that the client started itself: no combiner waits for their ends.
        List<TaskReport> told = new ArrayList<>(poll.reports().stream()
                .filter(report -> report.announcesAutonomousTask() && report.done())
                .toList());
        Optional<TaskReport> one = known.stream()
                .filter(TaskReport::done)
                .findFirst()
                .or(() -> known.stream().findFirst());
        if (!fitsSingle(poll)) {
            return CompletableFuture.completedFuture(new Polled(List.of(), told));
        }
        one.ifPresent(told::add);
        ActivityReport message = one.map(report -> Messages.singleReport(clientId, report))
                .orElseGet(() -> ActivityReport.newBuilder().setNodeId(clientId).build());
        return calls.<com.scaleoutsystems.edge.proto.TaskRequest>call(
                        "polling", (service, answer) -> service.pollAndReport(message, answer))
                .thenApply(task -> {
                    TaskRequest request = Messages.taskRequest(task);
                    return new Polled(request.correlationId().isEmpty() ? List.of() : List.of(request), told);
                });
    }

    /**
     * Whether the call for one task can say what this poll says. It cannot say that no task is wanted: an empty one is a wish for a task.
     */
    static boolean fitsSingle(Poll poll) {
        return !poll.skipTasks() || !poll.reports().stream().allMatch(TaskReport::announcesAutonomousTask);
    }
}
