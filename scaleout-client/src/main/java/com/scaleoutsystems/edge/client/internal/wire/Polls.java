package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.task.TaskRequest;
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
import org.jspecify.annotations.Nullable;

/**
 * Polls in the combiner's dialect. Unless the host has set it, it is found out: a combiner that does not know the poll of 1.1 is
 * asked with that of 1.0, and if it knows that, is spoken to so from then on. One that does not know the poll any more that it has
 * answered is found out anew: a proxy in between may say the same of a call for a while as a combiner that does not know it.
 */
final class Polls {

    /** What is known of the combiner. */
    private enum Knowledge {
        NOTHING(Dialect.V1_1, false),
        /** It said that it does not know the poll of 1.1; that of 1.0 it was not asked. */
        SEEMS_FIRST(Dialect.V1_0, false),
        FIRST(Dialect.V1_0, true),
        SECOND(Dialect.V1_1, true);

        private final Dialect dialect;
        private final boolean isCertain;

        Knowledge(Dialect dialect, boolean isCertain) {
            this.dialect = dialect;
            this.isCertain = isCertain;
        }
    }

    private final UnaryCalls calls;
    private final String clientId;
    private final boolean mayLearn;
    private volatile Knowledge knowledge;

    Polls(UnaryCalls calls, String clientId, Generation generation) {
        this.calls = calls;
        this.clientId = clientId;
        this.mayLearn = generation == Generation.AUTO;
        this.knowledge = switch (generation) {
            case AUTO -> Knowledge.NOTHING;
            case V1_0 -> Knowledge.FIRST;
            case V1_1 -> Knowledge.SECOND;
        };
    }

    Dialect dialect() {
        return knowledge.dialect;
    }

    /** Whether there is a sign of it at least. */
    boolean knowsDialect() {
        return knowledge != Knowledge.NOTHING;
    }

    CompletionStage<Polled> poll(Poll poll) {
        Knowledge former = knowledge;
        CompletionStage<Polled> asked = former == Knowledge.FIRST ? pollOne(poll) : pollAll(poll);
        if (!mayLearn) {
            return asked;
        }
        return asked.handle((polled, error) -> {
                    if (isUnknownCall(error)) {
                        return former.isCertain ? forgotten(error) : learn(poll);
                    }
                    if (error == null && former != Knowledge.FIRST) {
                        knowledge = Knowledge.SECOND;
                    }
                    return asked;
                })
                .thenCompose(next -> next);
    }

    /** Finds the dialect out without asking for a task, unless it is known: a first idea, which the next poll checks. */
    CompletionStage<Dialect> learned() {
        if (knowledge.isCertain) {
            return CompletableFuture.completedFuture(dialect());
        }
        return pollAll(new Poll(List.of(), Duration.ofSeconds(5), true)).handle((polled, error) -> {
            if (error == null) {
                knowledge = Knowledge.SECOND;
            } else if (isUnknownCall(error) && !knowledge.isCertain) {
                knowledge = Knowledge.SEEMS_FIRST;
            }
            return dialect();
        });
    }

    private CompletionStage<Polled> learn(Poll poll) {
        return pollOne(poll)
                .handle((polled, error) -> {
                    CompletableFuture<Polled> result = new CompletableFuture<>();
                    if (error == null) {
                        knowledge = isMuteInFirst(poll) ? Knowledge.SEEMS_FIRST : Knowledge.FIRST;
                        result.complete(polled);
                    } else if (isUnknownCall(error)) {
                        knowledge = Knowledge.NOTHING;
                        result.completeExceptionally(notACombiner(error));
                    } else {
                        result.completeExceptionally(cause(error));
                    }
                    return result;
                })
                .thenCompose(next -> next);
    }

    /** It answered this call before: that may pass. The next poll finds out anew what it speaks. */
    private CompletionStage<Polled> forgotten(Throwable error) {
        knowledge = Knowledge.NOTHING;
        return CompletableFuture.failedFuture(new EdgeException(
                ErrorCode.UNAVAILABLE,
                "the combiner does not know the poll any more that it has answered; a proxy in between may have answered for it: "
                        + cause(error).getMessage(),
                cause(error),
                true,
                1));
    }

    private static EdgeException notACombiner(Throwable error) {
        return new EdgeException(
                ErrorCode.UNIMPLEMENTED,
                "what answers is not a Scaleout Edge combiner: it knows the poll of neither protocol generation; check host and"
                        + " port, and whether a proxy in between passes gRPC on",
                cause(error));
    }

    private static boolean isUnknownCall(@Nullable Throwable error) {
        return error != null && cause(error) instanceof EdgeException known && known.code() == ErrorCode.UNIMPLEMENTED;
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
        List<TaskReport> known = poll.reports().stream()
                .filter(report -> !report.announcesAutonomousTask())
                .toList();
        // There is no word for tasks that the client started itself: nobody waits for their ends.
        List<TaskReport> told = new ArrayList<>(poll.reports().stream()
                .filter(report -> report.announcesAutonomousTask() && report.done())
                .toList());
        Optional<TaskReport> one = known.stream()
                .filter(TaskReport::done)
                .findFirst()
                .or(() -> known.stream().findFirst());
        if (isMuteInFirst(poll)) {
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

    /** Whether generation 1.0 has no call for this poll. */
    private static boolean isMuteInFirst(Poll poll) {
        return poll.skipTasks() && poll.reports().stream().allMatch(TaskReport::announcesAutonomousTask);
    }

    static int milliseconds(Duration interval) {
        boolean fits = interval.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
        return fits ? (int) interval.toMillis() : Integer.MAX_VALUE;
    }
}
