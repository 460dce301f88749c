package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How records ended since the client was built. From any thread. */
final class OutcomeCounts {

    private final LongAdder sent = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

    OutcomeCounts() {
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    void count(Outcome outcome) {
        if (outcome instanceof Outcome.Delivered) {
            sent.increment();
        } else if (outcome instanceof Outcome.Rejected) {
            rejected.increment();
        } else if (outcome instanceof Outcome.Dropped drop) {
            LongAdder counter = dropped.get(drop.reason());
            if (counter != null) {
                counter.increment();
            }
        }
    }

    long sent() {
        return sent.sum();
    }

    long rejected() {
        return rejected.sum();
    }

    /** Only the reasons that were met. */
    Map<DropReason, Long> dropped() {
        Map<DropReason, Long> met = new EnumMap<>(DropReason.class);
        dropped.forEach((reason, count) -> {
            if (count.sum() > 0) {
                met.put(reason, count.sum());
            }
        });
        return met;
    }
}
