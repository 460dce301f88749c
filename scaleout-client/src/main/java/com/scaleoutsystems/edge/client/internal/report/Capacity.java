package com.scaleoutsystems.edge.client.internal.report;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much the whole outbox may hold. Checked where records are logged, from any thread. */
final class Capacity {

    private final int maxRecords;
    private final long maxBytes;
    private final AtomicInteger records = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Capacity(int maxRecords, long maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /** Takes room for a record if there is any. */
    boolean take(long size) {
        takeAnyway(size);
        boolean fits = records.get() <= maxRecords && bytes.get() <= maxBytes;
        if (!fits) {
            give(size);
        }
        return fits;
    }

    /** Takes room for a record whether there is any or not. */
    void takeAnyway(long size) {
        takeAnyway(1, size);
    }

    /** Takes room for some records together, whether there is any or not. */
    void takeAnyway(int count, long size) {
        records.addAndGet(count);
        bytes.addAndGet(size);
    }

    /** Gives the room of a record back. */
    void give(long size) {
        records.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
