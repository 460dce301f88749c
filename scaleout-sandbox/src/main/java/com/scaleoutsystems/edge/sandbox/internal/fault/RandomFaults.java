package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Chooses faults by a seed: only such that pass, and that leave the combiner at its port. */
final class RandomFaults {
    private static final Set<FaultKind> NEVER =
            EnumSet.of(FaultKind.REVOKED_TOKENS, FaultKind.COMBINER_MOVE, FaultKind.CHANGED_CERTIFICATE);

    /** These are rarer than all others by this factor, because all clients suffer from them. */
    private static final Set<FaultKind> RARE = EnumSet.of(FaultKind.EXPIRED_TOKENS, FaultKind.COMBINER_RESTART);

    private static final int RARITY = 10;

    private static final List<String> COMBINER_CODES = List.of(
            "UNAVAILABLE",
            "UNAVAILABLE",
            "DEADLINE_EXCEEDED",
            "RESOURCE_EXHAUSTED",
            "INTERNAL",
            "UNKNOWN",
            "ABORTED",
            "CANCELLED");
    private static final List<String> API_CODES = List.of("500", "502", "503", "504", "429");
    private static final int LONGEST_DELAY_MS = 1_500;
    private static final int LARGEST_ANSWER = 8 << 20;
    private static final int LONGEST_LATENCY_MS = 150;
    private static final int MOST_BYTES = 1 << 18;
    private static final int SLOWEST = 64 << 10;

    private final long seed;
    private final double rate;
    private final CallCounts calls = new CallCounts();

    private volatile boolean ended;

    RandomFaults(long seed, double rate) {
        this.seed = seed;
        this.rate = rate;
    }

    /** Ends what was drawn and still goes on. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    /** Decides whether a call or a connection is struck, and by what. */
    Optional<Strike> next(String call, String clientId, Set<FaultKind> possible) {
        if (rate == 0) {
            return Optional.empty();
        }
        String origin = call + " " + clientId + " " + possible.size();
        SplittableRandom random = Draws.of(seed, origin, calls.next(origin));
        if (random.nextDouble() >= rate) {
            return Optional.empty();
        }
        List<FaultKind> kinds =
                possible.stream().filter(kind -> !NEVER.contains(kind)).sorted().toList();
        if (kinds.isEmpty()) {
            return Optional.empty();
        }
        FaultKind kind = kinds.get(random.nextInt(kinds.size()));
        if (RARE.contains(kind) && random.nextInt(RARITY) > 0) {
            kind = kinds.get(random.nextInt(kinds.size()));
        }
        return Optional.of(new Strike(fault(kind, call, random).withTimes(1), random));
    }

    private static Fault fault(FaultKind kind, String call, SplittableRandom random) {
        boolean api = call.contains("/");
        List<String> codes = api ? API_CODES : COMBINER_CODES;
        return switch (kind) {
            case ERROR -> Fault.error(codes.get(random.nextInt(codes.size())));
            case LOST_ANSWER -> Fault.lostAnswer(api ? "502" : "UNAVAILABLE");
            case LATE_ANSWER -> Fault.lateAnswer(Duration.ofMillis(random.nextInt(LONGEST_DELAY_MS)));
            case OVERSIZED_ANSWER -> Fault.oversizedAnswer(LARGEST_ANSWER);
            case TRUNCATED_DOWNLOAD -> Fault.truncatedDownload(random.nextInt(MOST_BYTES));
            case RESET -> Fault.reset(random.nextInt(MOST_BYTES));
            case CLOSED_CONNECTION -> Fault.closedConnection(random.nextInt(MOST_BYTES));
            case HALF_OPEN -> Fault.halfOpen(random.nextInt(MOST_BYTES));
            case LATENCY -> Fault.latency(Duration.ofMillis(random.nextInt(LONGEST_LATENCY_MS)));
            case BANDWIDTH -> Fault.bandwidth(SLOWEST + random.nextInt(1 << 20));
            default -> Fault.of(kind);
        };
    }
}
