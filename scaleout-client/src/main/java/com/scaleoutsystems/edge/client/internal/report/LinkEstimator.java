package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.event.LinkQuality;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Judges the link by heartbeats, step by step as the reference client does: three beats in a row whose median is slow make it
 * degraded, five whose median is quick make it healthy, 30 s without an answer or a broken connection make it degraded at once.
 * Unlike the reference it also notices when there has been no answer for a minute. Pure.
 */
class LinkEstimator {

    private static final int WINDOW = 10;
    private static final long SLOW = Duration.ofMillis(1_500).toNanos();
    private static final long QUICK = Duration.ofMillis(500).toNanos();
    private static final int SLOW_BEATS = 3;
    private static final int QUICK_BEATS = 5;
    private static final long GAP = Duration.ofSeconds(30).toNanos();
    private static final long OFFLINE_GAP = Duration.ofSeconds(60).toNanos();

    private final Deque<Long> times = new ArrayDeque<>();
    private LinkQuality quality = LinkQuality.HEALTHY;
    private long lastAnswer;
    private int slow;
    private int quick;

    /** Whether the connection broke and the combiner has not answered since. */
    boolean broken;

    /** A link that nothing bad is known of. */
    LinkEstimator(long now) {
        lastAnswer = now;
    }

    LinkQuality quality() {
        return quality;
    }

    /** The middle of the last round trips, in nanoseconds, once there are two. */
    OptionalLong median() {
        if (times.size() < 2) {
            return OptionalLong.empty();
        }
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        int middle = sorted.length / 2;
        return OptionalLong.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    /** A heartbeat was answered. */
    void answered(long roundTrip, long now) {
        times.addLast(roundTrip);
        if (times.size() > WINDOW) {
            times.removeFirst();
        }
        lastAnswer = now;
        broken = false;
        if (quality == LinkQuality.OFFLINE) {
            quality = LinkQuality.DEGRADED;
        }
        judge();
    }

    /** A heartbeat was not answered in time. */
    void failed(long now) {
        quick = 0;
        long gap = now - lastAnswer;
        if (gap >= OFFLINE_GAP) {
            become(LinkQuality.OFFLINE);
        } else if (gap >= GAP) {
            become(LinkQuality.DEGRADED);
        }
    }

    /** The connection broke. */
    void broke() {
        broken = true;
        if (quality == LinkQuality.HEALTHY) {
            become(LinkQuality.DEGRADED);
        }
    }

    /** Judges the link again. */
    final void judge() {
        OptionalLong median = median();
        if (median.isPresent()) {
            if (median.getAsLong() > SLOW) {
                slow++;
                quick = 0;
            } else if (median.getAsLong() < QUICK) {
                quick++;
                slow = 0;
            }
        }
        if (slow >= SLOW_BEATS || broken) {
            become(LinkQuality.DEGRADED);
        } else if (quick >= QUICK_BEATS) {
            become(LinkQuality.HEALTHY);
        }
    }

    private void become(LinkQuality now) {
        if (quality != now && now != LinkQuality.HEALTHY) {
            quick = 0;
        }
        quality = now;
    }
}
