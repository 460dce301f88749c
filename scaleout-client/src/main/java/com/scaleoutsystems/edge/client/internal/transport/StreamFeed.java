package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Pauses;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Has tasks pushed by the combiner, one whenever there is room. There are no reports on this way: the combiner learns of a task's
 * end by its result and by status lines. The stream is opened again, after a growing wait, whenever it ends or cannot be opened; after
 * a longer wait if the combiner does not know it.
 */
public final class StreamFeed implements TaskFeed {

    private static final RetryPolicy PATIENCE =
            RetryPolicy.defaults().withMaxAttempts(1).withMultiplier(1.5).withMaxDelay(Duration.ofSeconds(16));

    private static final Duration SETTLED = Duration.ofSeconds(30);

    private final CombinerTransport transport;
    private final Strand strand;
    private final Sink sink;
    private final NetworkGate gate;
    private final Cancellable gateWatch;
    private final Pauses pauses;
    private final UnknownCall unknown = new UnknownCall();
    private @Nullable TaskPush push;

    /** Tells streams apart, so that the late end of one does not touch its successor. */
    private int streamNumber;

    private boolean asked;
    private boolean running;

    /** A feed that has not begun. */
    public StreamFeed(CombinerTransport transport, Env env, Strand strand, Sink sink, NetworkGate gate) {
        this.transport = transport;
        this.strand = strand;
        this.sink = sink;
        this.gate = gate;
        this.gateWatch = gate.whenChanged(this::gateChanged);
        this.pauses = new Pauses(env, strand, PATIENCE, this::open);
    }

    @Override
    public void start() {
        running = true;
        open();
    }

    private void open() {
        if (running && push == null && gate.isOpen()) {
            int mine = ++streamNumber;
            asked = false;
            try {
                push = transport.subscribe(new PushedTasks(mine));
                askForMore();
            } catch (Throwable failure) {
                failed(asEdgeException(failure));
                return;
            }
            strand.after(SETTLED, () -> settled(mine));
        }
    }

    /** What the combiner has not pushed yet, it keeps. */
    private void gateChanged() {
        if (gate.isOpen()) {
            if (!pauses.isOn()) {
                open();
            }
        } else {
            streamNumber++;
            forgetPush();
        }
    }

    private static EdgeException asEdgeException(Throwable failure) {
        return failure instanceof EdgeException known
                ? known
                : new EdgeException(
                        ErrorCode.INTERNAL,
                        "the stream of tasks could not be opened: " + Failures.describe(failure),
                        failure);
    }

    /** There is no stream now: it is opened again after a pause. */
    private void failed(EdgeException reason) {
        forgetPush();
        sink.unreachable(reason);
        transport.reconnectNow();
        if (reason.code() == ErrorCode.UNIMPLEMENTED) {
            pauses.failedFor(unknown.next());
        } else if (reason instanceof MovedException) {
            open();
        } else {
            pauses.failed();
        }
    }

    private void forgetPush() {
        TaskPush open = push;
        push = null;
        if (open != null) {
            open.close();
        }
    }

    /**
     * A stream that has not ended by now was accepted: before the first task there is no other sign. In an outage a stream ends only when
     * the attempt to connect times out, so this takes longer.
     */
    private void settled(int which) {
        if (which == streamNumber && push != null) {
            pauses.succeeded();
            unknown.reset();
            sink.reachable();
        }
    }

    private void askForMore() {
        if (push != null && !asked && sink.hasRoom()) {
            push.request();
            asked = true;
        }
    }

    @Override
    public void wake() {
        strand.execute(() -> {
            sink.reported(sink.reports());
            askForMore();
            sink.idle();
        });
    }

    @Override
    public boolean mayBringTasks() {
        return push != null && asked;
    }

    @Override
    public void othersFail() {
        pauses.othersFail();
    }

    @Override
    public void othersAnswer() {
        pauses.othersAnswer();
    }

    @Override
    public void goOn() {
        pauses.reset(PATIENCE);
        unknown.reset();
        open();
    }

    /** Nothing more is wanted: what the combiner has not pushed yet, it keeps. */
    @Override
    public void hurry() {
        var unused = stop();
        wake();
    }

    @Override
    public CompletionStage<@Nullable Void> stop() {
        running = false;
        gateWatch.cancel();
        streamNumber++;
        pauses.end();
        forgetPush();
        return CompletableFuture.completedFuture(null);
    }

    private final class PushedTasks implements TaskPush.Receiver {

        private final int mine;

        PushedTasks(int mine) {
            this.mine = mine;
        }

        @Override
        public void task(TaskRequest task) {
            strand.execute(() -> {
                if (mine == streamNumber) {
                    asked = false;
                    pauses.succeeded();
                    unknown.reset();
                    sink.reachable();
                    try {
                        var unused = sink.received(List.of(task));
                    } finally {
                        // Otherwise no task would ever come again on this stream.
                        askForMore();
                    }
                }
            });
        }

        @Override
        public void ended(EdgeException reason) {
            strand.execute(() -> {
                if (mine == streamNumber) {
                    push = null;
                    failed(reason);
                }
            });
        }
    }
}
