package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Polls, and detects by the answers which of two dialects a combiner speaks, unless the host has set it. The client begins with the newer
 * poll. If the combiner does not know that one, the client sends the older poll, and if the combiner answers it, the client speaks the
 * older dialect from then on. Later a combiner may say of a poll that it has answered that it does not know it, because a proxy in
 * between can say that of any call for a while. The client then detects the dialect again.
 */
final class DialectDetection {

    /** How sure the client is of the combiner's dialect. */
    private enum Certainty {
        /** The combiner has not answered yet. */
        ASSUMED,
        /** It said that it does not know the newer poll; it did not have to answer the older one. */
        INDICATED,
        /** It has answered a poll of the dialect, or the host has set it. */
        CERTAIN
    }

    private record Finding(ScaleoutDialect dialect, Certainty certainty) {
        boolean isCertain() {
            return certainty == Certainty.CERTAIN;
        }
    }

    private static final Poll WITHOUT_A_WISH = new Poll(List.of(), Duration.ofSeconds(5), true);

    private final PollCalls calls;
    private final ScaleoutDialect newer;
    private final ScaleoutDialect older;
    private final boolean isSet;
    private volatile Finding finding;

    private DialectDetection(PollCalls calls, ScaleoutDialect newer, ScaleoutDialect older, Certainty certainty) {
        this.calls = calls;
        this.newer = newer;
        this.older = older;
        this.isSet = certainty == Certainty.CERTAIN;
        this.finding = new Finding(newer, certainty);
    }

    /** The host has set the dialect: there is nothing to find out. */
    static DialectDetection of(ScaleoutDialect dialect, PollCalls calls) {
        return new DialectDetection(calls, dialect, dialect, Certainty.CERTAIN);
    }

    /** The combiner's answers will tell; the newer dialect is assumed until then. */
    static DialectDetection between(ScaleoutDialect newer, ScaleoutDialect older, PollCalls calls) {
        return new DialectDetection(calls, newer, older, Certainty.ASSUMED);
    }

    /** The dialect that the client speaks now. */
    ScaleoutDialect dialect() {
        return finding.dialect();
    }

    /** Whether the combiner has given at least a sign of its dialect, or the host has set it. */
    boolean knowsDialect() {
        return finding.certainty() != Certainty.ASSUMED;
    }

    CompletionStage<Polled> poll(Poll poll) {
        Finding former = finding;
        ScaleoutDialect asked = former.isCertain() ? former.dialect() : newer;
        CompletionStage<Polled> answer = asked.poll(calls, poll);
        if (isSet) {
            return answer;
        }
        return answer.handle((polled, error) -> {
                    if (isUnknownCall(error)) {
                        return former.isCertain() ? forgotten(error) : pollInOlder(poll);
                    }
                    if (error == null && asked == newer) {
                        finding = new Finding(newer, Certainty.CERTAIN);
                    }
                    return answer;
                })
                .thenCompose(next -> next);
    }

    /** Finds the dialect out without asking for a task, unless it is certain: the next poll checks what this one indicates. */
    CompletionStage<ScaleoutDialect> detected() {
        if (finding.isCertain()) {
            return CompletableFuture.completedFuture(dialect());
        }
        return newer.poll(calls, WITHOUT_A_WISH).handle((polled, error) -> {
            if (error == null) {
                finding = new Finding(newer, Certainty.CERTAIN);
            } else if (isUnknownCall(error) && !finding.isCertain()) {
                finding = new Finding(older, Certainty.INDICATED);
            }
            return dialect();
        });
    }

    private CompletionStage<Polled> pollInOlder(Poll poll) {
        return older.poll(calls, poll)
                .handle((polled, error) -> {
                    CompletableFuture<Polled> result = new CompletableFuture<>();
                    if (error == null) {
                        finding = new Finding(older, older.hasCallFor(poll) ? Certainty.CERTAIN : Certainty.INDICATED);
                        result.complete(polled);
                    } else if (isUnknownCall(error)) {
                        finding = new Finding(newer, Certainty.ASSUMED);
                        result.completeExceptionally(notACombiner(error));
                    } else {
                        result.completeExceptionally(Stages.cause(error));
                    }
                    return result;
                })
                .thenCompose(next -> next);
    }

    /** It answered this call before: that may pass. The next poll detects again what it speaks. */
    private CompletionStage<Polled> forgotten(Throwable error) {
        finding = new Finding(newer, Certainty.ASSUMED);
        return CompletableFuture.failedFuture(Stages.cause(error));
    }

    private static EdgeException notACombiner(Throwable error) {
        return new EdgeException(
                ErrorCode.UNIMPLEMENTED,
                "what answers is not a Scaleout Edge combiner: it knows the poll of neither protocol generation; check host and"
                        + " port, and whether a proxy in between passes gRPC on",
                Stages.cause(error));
    }

    /** Whether this poll is unknown, even if the combiner has answered it before, so that a proxy may have said so. */
    private static boolean isUnknownCall(@Nullable Throwable error) {
        Throwable cause = error == null ? null : Stages.cause(error);
        Throwable said = cause instanceof ProxyAnswerException answer ? answer.getCause() : cause;
        return said instanceof EdgeException known && known.code() == ErrorCode.UNIMPLEMENTED;
    }
}
