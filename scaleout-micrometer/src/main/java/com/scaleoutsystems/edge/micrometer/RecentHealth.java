package com.scaleoutsystems.edge.micrometer;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.Health;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The health of a client, asked at most once a second: a registry reads all gauges one after the other. Thread-safe. */
final class RecentHealth {

    private static final long LIFE = TimeUnit.SECONDS.toNanos(1);

    private final EdgeClient client;
    private final LongSupplier nanos;
    private @Nullable Health last;
    private long asked;

    RecentHealth(EdgeClient client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    synchronized Health now() {
        long now = nanos.getAsLong();
        Health known = last;
        if (known == null || now - asked >= LIFE) {
            known = client.health();
            last = known;
            asked = now;
        }
        return known;
    }
}
