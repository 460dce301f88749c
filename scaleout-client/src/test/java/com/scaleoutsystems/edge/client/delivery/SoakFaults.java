package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.sandbox.fault.Direction;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Draws faults by a seed: all kinds in turn, but only such that pass, so that clients have to survive them without a loss. */
final class SoakFaults {

    private static final List<String> CALLS = List.of(
            "PollAndReportAsync",
            "SendModelUpdate",
            "SendModelValidation",
            "SendModelMetric",
            "SendBacklogReport",
            "SendHeartbeat",
            "StreamTelemetryRecord",
            "Upload",
            "Download",
            Fault.COMBINER);

    /** With other codes the server says that it does not want a record, now or ever. */
    private static final List<String> CODES = List.of(
            "UNAVAILABLE",
            "DEADLINE_EXCEEDED",
            "RESOURCE_EXHAUSTED",
            "INTERNAL",
            "UNKNOWN",
            "ABORTED",
            "CANCELLED",
            "FAILED_PRECONDITION",
            "UNAUTHENTICATED");

    private static final List<String> HTTP_CODES = List.of("429", "500", "502", "503", "504");
    private static final int MOST_BYTES = 200_000;
    private static final int LARGE_ANSWER = 5 << 20;
    private static final int MOST_STRIKES = 3;
    private static final int CONNECTIONS = 5;

    private final Random random;
    private final List<FaultKind> left = new ArrayList<>();

    SoakFaults(long seed) {
        this.random = new Random(seed);
    }

    Fault next() {
        if (left.isEmpty()) {
            left.addAll(List.of(FaultKind.values()));
            Collections.shuffle(left, random);
        }
        FaultKind kind = left.remove(left.size() - 1);
        return switch (kind) {
            case ERROR ->
                random.nextInt(4) == 0
                        ? Fault.error(one(HTTP_CODES)).withTimes(strikes())
                        : Fault.error(one(CODES)).withCall(one(CALLS)).withTimes(strikes());
            case NO_ANSWER -> Fault.of(kind).withCall(one(CALLS)).withTimes(strikes());
            case LOST_ANSWER ->
                (random.nextBoolean() ? Fault.lostAnswer("UNAVAILABLE") : Fault.of(kind))
                        .withCall(one(CALLS))
                        .withTimes(strikes());
            case LATE_ANSWER ->
                Fault.lateAnswer(Duration.ofMillis(random.nextInt(3_000)))
                        .withCall(one(CALLS))
                        .withTimes(10 * strikes());
            case OVERSIZED_ANSWER ->
                Fault.oversizedAnswer(LARGE_ANSWER).withCall(one(CALLS)).withTimes(strikes());
            case TRUNCATED_DOWNLOAD ->
                Fault.truncatedDownload(random.nextInt(MOST_BYTES)).withTimes(strikes());
            case RESET -> Fault.reset(random.nextInt(MOST_BYTES)).withTimes(CONNECTIONS);
            case CLOSED_CONNECTION ->
                Fault.closedConnection(random.nextInt(MOST_BYTES)).withTimes(CONNECTIONS);
            case HALF_OPEN ->
                Fault.halfOpen(random.nextInt(MOST_BYTES))
                        .withDirection(one(List.of(Direction.values())))
                        .withTimes(CONNECTIONS);
            case LATENCY -> Fault.latency(Duration.ofMillis(random.nextInt(150)));
            case BANDWIDTH -> Fault.bandwidth(100_000 + random.nextInt(400_000)).withTimes(CONNECTIONS);
            case EXPIRED_TOKENS, REVOKED_TOKENS, COMBINER_RESTART, COMBINER_MOVE, CHANGED_CERTIFICATE ->
                Fault.of(kind).withTimes(1);
            default -> Fault.of(kind).withTimes(strikes());
        };
    }

    private int strikes() {
        return 1 + random.nextInt(MOST_STRIKES);
    }

    private <T> T one(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }
}
