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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of one priority class that go one way. Each sender waits out its own failures and holds up no other.
 *
 * <p>A failure of the network or of the login says nothing about the records: they are tried again for as long as it takes. Any
 * other failure may lie in a record itself: it steps aside for a growing while, so that others are sent meanwhile, and is given up
 * after a number of attempts.
 */
abstract class Sender {

    private static final RetryPolicy PATIENCE = new RetryPolicy(10, Duration.ofMillis(500), 2, Duration.ofSeconds(60));

    /** While the client closes, there is no time for long waits. */
    private static final RetryPolicy HURRY = new RetryPolicy(10, Duration.ofMillis(100), 2, Duration.ofSeconds(1));

    /** In which order records are sent. */
    enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /** Hears of each record's end. */
    interface Settled {
        void settled(OutboxRecord record, Outcome outcome);
    }

    private record Aside(OutboxRecord record, Cancellable end) {}

    private final Deque<OutboxRecord> waiting = new ArrayDeque<>();
    private final Map<String, Aside> aside = new LinkedHashMap<>();
    private final Env env;
    private final Strand strand;
    private final Order order;
    private final Settled settled;
    private @Nullable CombinerTransport transport;
    private @Nullable Cancellable pause;
    private RetryPolicy patience = PATIENCE;
    private int failuresInARow;
    private boolean closed;

    Sender(Env env, Strand strand, Order order, Settled settled) {
        this.env = env;
        this.strand = strand;
        this.order = order;
        this.settled = settled;
    }

    final Env env() {
        return env;
    }

    final Strand strand() {
        return strand;
    }

    /** Sends over this transport from now on, or keeps everything until there is one. */
    void use(@Nullable CombinerTransport combiner) {
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
        }
        proceed();
    }

    /** There is little time left: everything is tried again now, and from now on after short waits only. */
    final void hurry() {
        patience = HURRY;
        failuresInARow = 0;
        List.copyOf(aside.keySet()).forEach(this::stepBackIn);
        wake();
    }

    /** Takes all that was not settled, for good: what is still under way has no say any more. */
    List<OutboxRecord> takeAll() {
        closed = true;
        List<OutboxRecord> left = new ArrayList<>(waiting);
        waiting.clear();
        for (Aside one : aside.values()) {
            one.end().cancel();
            left.add(one.record());
        }
        aside.clear();
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
        failuresInARow = 0;
        settled.settled(record, new Outcome.Delivered());
    }

    /** Several records failed together, and it cannot be told which of them is at fault, if any: all are tried again. */
    final void failed(List<OutboxRecord> records) {
        if (closed) {
            return;
        }
        putBack(records);
        pause();
    }

    /** A record failed: it is tried again if that may help, and given up otherwise. */
    final void failed(OutboxRecord record, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        EdgeException error = asEdgeException(failure);
        if (!error.retryable()) {
            settled.settled(record, new Outcome.Rejected(error));
        } else if (!mayLieInTheRecord(error)) {
            putBack(List.of(record));
            pause();
        } else {
            OutboxRecord again = record.failedOnceMore();
            if (again.failures() >= PATIENCE.maxAttempts()) {
                settled.settled(record, new Outcome.Rejected(givenUp(error, again.failures())));
            } else {
                stepAside(again);
            }
            pause();
        }
    }

    static boolean mayLieInTheRecord(EdgeException error) {
        return switch (error.code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED -> false;
            default -> true;
        };
    }

    static EdgeException asEdgeException(@Nullable Throwable failure) {
        return failure instanceof EdgeException known
                ? known
                : new EdgeException(ErrorCode.INTERNAL, "sending failed: " + failure, failure);
    }

    private static EdgeException givenUp(EdgeException error, int attempts) {
        return new EdgeException(
                error.code(),
                "given up after " + attempts + " attempts: " + error.getMessage(),
                error,
                false,
                attempts);
    }

    private void stepAside(OutboxRecord record) {
        Duration time = Backoff.delay(patience, env.random(), record.failures());
        aside.put(record.id(), new Aside(record, strand.after(time, () -> {
            stepBackIn(record.id());
            proceed();
        })));
    }

    private void stepBackIn(String id) {
        Aside back = aside.remove(id);
        if (back != null) {
            back.end().cancel();
            putBack(List.of(back.record()));
        }
    }

    /** Puts records back where they came from. */
    final void putBack(List<OutboxRecord> records) {
        for (int i = records.size() - 1; i >= 0; i--) {
            if (order == Order.OLDEST_FIRST) {
                waiting.addFirst(records.get(i));
            } else {
                waiting.addLast(records.get(i));
            }
        }
    }

    private void pause() {
        if (pause == null) {
            pause = strand.after(Backoff.delay(patience, env.random(), ++failuresInARow), () -> {
                pause = null;
                proceed();
            });
        }
    }
}
