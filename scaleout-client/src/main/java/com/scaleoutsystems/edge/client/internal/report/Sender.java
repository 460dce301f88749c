package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.Outcome;
import com.scaleoutsystems.edge.client.RetryPolicy;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends the records of one priority class that go one way. Each sender waits out its own failures and holds up no other. */
abstract class Sender {

    private static final RetryPolicy PATIENCE = new RetryPolicy(1, Duration.ofMillis(500), 2, Duration.ofSeconds(60));

    /** In which order records are sent. */
    enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /** Hears of each record's end. */
    interface Settled {
        void settled(OutboxRecord record, Outcome outcome);
    }

    private final Deque<OutboxRecord> waiting = new ArrayDeque<>();
    private final Env env;
    private final Strand strand;
    private final Order order;
    private final Settled settled;
    private final Backoff backoff;
    private @Nullable CombinerTransport transport;
    private @Nullable Cancellable pause;
    private boolean closed;

    Sender(Env env, Strand strand, Order order, Settled settled) {
        this.env = env;
        this.strand = strand;
        this.order = order;
        this.settled = settled;
        this.backoff = new Backoff(PATIENCE, env.random());
    }

    final Env env() {
        return env;
    }

    final Strand strand() {
        return strand;
    }

    /** Sends over this transport from now on, or keeps everything until there is one. */
    final void use(@Nullable CombinerTransport combiner) {
        transport = combiner;
        proceed();
    }

    final void add(OutboxRecord record) {
        waiting.addLast(record);
        proceed();
    }

    /** The combiner answers again: do not wait any longer. */
    final void wake() {
        if (pause != null) {
            pause.cancel();
            pause = null;
            proceed();
        }
    }

    /** Takes all that was not settled, for good: what is still under way has no say any more. */
    List<OutboxRecord> takeAll() {
        closed = true;
        List<OutboxRecord> left = new ArrayList<>(waiting);
        waiting.clear();
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
        return left;
    }

    /** Sends as much as may be in flight. */
    final void proceed() {
        CombinerTransport combiner = transport;
        while (combiner != null && pause == null && !waiting.isEmpty() && hasCapacity()) {
            OutboxRecord record = order == Order.OLDEST_FIRST ? waiting.removeFirst() : waiting.removeLast();
            send(combiner, record);
        }
    }

    abstract boolean hasCapacity();

    abstract void send(CombinerTransport combiner, OutboxRecord record);

    final void delivered(OutboxRecord record) {
        if (closed) {
            return;
        }
        backoff.reset();
        settled.settled(record, new Outcome.Delivered());
    }

    /** Puts records back that may be tried again later, and gives up those that can never arrive. */
    final void failed(List<OutboxRecord> records, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        EdgeException error = failure instanceof EdgeException known
                ? known
                : new EdgeException(ErrorCode.INTERNAL, "sending failed: " + failure, failure);
        if (!error.retryable()) {
            records.forEach(record -> settled.settled(record, new Outcome.Rejected(error)));
            return;
        }
        for (int i = records.size() - 1; i >= 0; i--) {
            if (order == Order.OLDEST_FIRST) {
                waiting.addFirst(records.get(i));
            } else {
                waiting.addLast(records.get(i));
            }
        }
        if (pause == null) {
            pause = strand.after(backoff.next(), () -> {
                pause = null;
                proceed();
            });
        }
    }
}
