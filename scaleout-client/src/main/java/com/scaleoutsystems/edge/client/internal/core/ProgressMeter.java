package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.event.TransferProgress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** Tells the host of a transfer's progress, a few times a second at most. Called by one thread at a time. */
public final class ProgressMeter implements LongConsumer {

    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final ListenerCalls listeners;
    private final Env env;
    private final TransferDirection direction;
    private final String modelId;
    private final OptionalLong total;
    private final long start;
    private long lastTold;

    /** A meter of a transfer that begins now. */
    public ProgressMeter(
            ListenerCalls listeners, Env env, TransferDirection direction, String modelId, OptionalLong total) {
        this.listeners = listeners;
        this.env = env;
        this.direction = direction;
        this.modelId = modelId;
        this.total = total;
        this.start = env.nanos();
        this.lastTold = start;
    }

    /** How long the transfer has taken so far. */
    public Duration elapsed() {
        return Duration.ofNanos(env.nanos() - start);
    }

    @Override
    public void accept(long bytes) {
        long now = env.nanos();
        if (now - lastTold >= PAUSE_NANOS) {
            lastTold = now;
            TransferProgress progress = TransferProgress.of(direction, modelId, bytes, Duration.ofNanos(now - start));
            listeners.transferProgress(total.isPresent() ? progress.withTotalBytes(total.getAsLong()) : progress);
        }
    }

    /** The transfer is over and was successful. */
    public void done(long bytes) {
        listeners.transferred(direction, modelId, bytes, elapsed());
    }
}
