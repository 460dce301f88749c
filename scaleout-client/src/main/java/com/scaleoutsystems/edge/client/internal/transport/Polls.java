package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.Generation;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Polls in the combiner's dialect. Unless the host has set it, it is found out: a combiner that does not know the poll of 1.1 is
 * asked with that of 1.0, and if it knows that, is spoken to so from then on.
 */
final class Polls {

    private final UnaryCalls calls;
    private final String clientId;
    private final boolean mayLearn;
    private volatile Dialect dialect;
    private volatile boolean known;

    Polls(UnaryCalls calls, String clientId, Generation generation) {
        this.calls = calls;
        this.clientId = clientId;
        this.mayLearn = generation == Generation.AUTO;
        this.dialect = generation == Generation.V1_0 ? Dialect.V1_0 : Dialect.V1_1;
    }

    Dialect dialect() {
        return dialect;
    }

    CompletionStage<Polled> poll(Poll poll) {
        if (dialect == Dialect.V1_0) {
            return pollOne(poll);
        }
        CompletionStage<Polled> all = pollAll(poll);
        if (!mayLearn) {
            return all;
        }
        return all.handle((polled, error) -> {
                    known |= error == null;
                    boolean unknown = error != null && code(error) == ErrorCode.UNIMPLEMENTED;
                    return unknown ? learn(poll) : all;
                })
                .thenCompose(next -> next);
    }

    /** Finds the dialect out without asking for a task, unless it is known. */
    CompletionStage<Dialect> learned() {
        if (!mayLearn || known) {
            return CompletableFuture.completedFuture(dialect);
        }
        return pollAll(new Poll(List.of(), Duration.ofSeconds(5), true)).handle((polled, error) -> {
            boolean first = error != null && code(error) == ErrorCode.UNIMPLEMENTED;
            if (first) {
                dialect = Dialect.V1_0;
            }
            known |= first || error == null;
            return dialect;
        });
    }

    private CompletionStage<Polled> learn(Poll poll) {
        return pollOne(poll)
                .handle((polled, error) -> {
                    CompletableFuture<Polled> result = new CompletableFuture<>();
                    if (error == null) {
                        dialect = Dialect.V1_0;
                        result.complete(polled);
                    } else {
                        result.completeExceptionally(
                                code(error) == ErrorCode.UNIMPLEMENTED ? notACombiner(error) : cause(error));
                    }
                    return result;
                })
                .thenCompose(next -> next);
    }

    private static EdgeException notACombiner(Throwable error) {
        return new EdgeException(
                ErrorCode.UNIMPLEMENTED,
                "what answers is not a Scaleout Edge combiner: it knows the poll of neither protocol generation; check host and"
                        + " port, and whether a proxy in between passes gRPC on",
                cause(error));
    }

    private static ErrorCode code(Throwable error) {
        return cause(error) instanceof EdgeException known ? known.code() : ErrorCode.UNKNOWN;
    }

    private static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private CompletionStage<Polled> pollAll(Poll poll) {
        List<TaskReport> told = fitting(poll.reports());
        ClientReport.Builder report = ClientReport.newBuilder()
                .setClientId(clientId)
                .setPollIntervalMs(milliseconds(poll.interval()))
                .setSkipPollingTasks(poll.skipTasks());
        told.forEach(task -> report.addReports(Messages.activityReport(clientId, task)));
        return calls.<CombinerDirective>call(
                        "polling", (stub, answer) -> stub.pollAndReportAsync(report.build(), answer))
                .thenApply(directive -> new Polled(
                        directive.getTasksList().stream()
                                .map(Messages::taskRequest)
                                .toList(),
                        told));
    }

    /** As many reports as one message holds, and always the first: the others come with the next poll, which follows at once. */
    private static List<TaskReport> fitting(List<TaskReport> reports) {
        List<TaskReport> fitting = new ArrayList<>();
        long size = 0;
        for (TaskReport report : reports) {
            if (fitting.isEmpty() || size + report.size() <= TaskReport.MOST_TEXT) {
                fitting.add(report);
                size += report.size();
            }
        }
        return fitting;
    }

    /** Generation 1.0 knows one task at a time: its end first, then its progress, then the wish for one. */
    private CompletionStage<Polled> pollOne(Poll poll) {
        List<TaskReport> known =
                poll.reports().stream().filter(report -> !report.isOwn()).toList();
        // There is no word for tasks that the client started itself: nobody waits for their ends.
        List<TaskReport> told = new ArrayList<>(poll.reports().stream()
                .filter(report -> report.isOwn() && report.done())
                .toList());
        Optional<TaskReport> one = known.stream()
                .filter(TaskReport::done)
                .findFirst()
                .or(() -> known.stream().findFirst());
        if (one.isEmpty() && poll.skipTasks()) {
            // An empty poll is a wish for a task.
            return CompletableFuture.completedFuture(new Polled(List.of(), told));
        }
        one.ifPresent(told::add);
        ActivityReport message = one.map(report -> Messages.singleReport(clientId, report))
                .orElseGet(() -> ActivityReport.newBuilder().setNodeId(clientId).build());
        return calls.<com.scaleoutsystems.edge.proto.TaskRequest>call(
                        "polling", (stub, answer) -> stub.pollAndReport(message, answer))
                .thenApply(task -> {
                    TaskRequest request = Messages.taskRequest(task);
                    return new Polled(request.correlationId().isEmpty() ? List.of() : List.of(request), told);
                });
    }

    static int milliseconds(Duration interval) {
        boolean fits = interval.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
        return fits ? (int) interval.toMillis() : Integer.MAX_VALUE;
    }
}
