package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The events that wait for one listener. It gets them one at a time and in order, on a thread that may block, so a slow listener holds up
 * only itself. If too much waits, the oldest events are dropped: the frequent ones first, because the others are few and say more.
 */
final class ListenerQueue {

    /** As many events wait as a client has room for records by default: all of these may end in one moment. */
    static final int MOST_EVENTS = 100_000;

    /** How many characters of text wait, such as the payloads of records. */
    static final long MOST_TEXT = 16L << 20;

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /**
     * An event.
     *
     * @param number its place among all events of the listener
     * @param text how many characters it holds
     */
    private record Event(long number, long text, Consumer<EdgeClientListener> call) {}

    private final EdgeClientListener listener;
    private final Executor threads;
    private final SaidOnce noThread = new SaidOnce(System::nanoTime);
    private final Object lock = new Object();
    private final Deque<Event> frequent = new ArrayDeque<>();
    private final Deque<Event> others = new ArrayDeque<>();
    private long added;
    private long text;
    private long dropped;
    private boolean telling;

    /** Records come by the thousand, and a listener that fails for one will fail for all. Touched by the thread that tells. */
    private boolean warnedOfFailure;

    /**
     * A queue without events.
     *
     * @param threads threads that may block
     */
    ListenerQueue(EdgeClientListener listener, Executor threads) {
        this.listener = listener;
        this.threads = threads;
    }

    /**
     * Adds an event. Never blocks and never throws.
     *
     * @param isFrequent whether such events come by the thousand
     * @param characters how much text it holds
     */
    void add(boolean isFrequent, long characters, Consumer<EdgeClientListener> call) {
        boolean begins;
        boolean fallsBehind;
        synchronized (lock) {
            (isFrequent ? frequent : others).addLast(new Event(added++, characters, call));
            text += characters;
            long before = dropped;
            while (isTooMuch()) {
                drop();
            }
            fallsBehind = before == 0 && dropped > 0;
            begins = !telling;
            telling = true;
        }
        if (fallsBehind) {
            LOG.warn(
                    "listener {} is too slow, and the client drops its oldest events: those of records and progress first (logs how"
                            + " many when the listener has caught up)",
                    listener.getClass().getName());
        }
        if (begins) {
            begin();
        }
    }

    private boolean isTooMuch() {
        int waiting = frequent.size() + others.size();
        return waiting > MOST_EVENTS || (text > MOST_TEXT && waiting > 1);
    }

    private void drop() {
        Event oldest = frequent.isEmpty() ? others.removeFirst() : frequent.removeFirst();
        text -= oldest.text();
        dropped++;
    }

    private void begin() {
        try {
            threads.execute(this::tellAll);
            noThread.works(LOG, "getting threads for a listener");
        } catch (Throwable failure) {
            synchronized (lock) {
                telling = false;
            }
            noThread.fails(LOG, failure, "no thread for a listener; its events wait for the next one");
        }
    }

    private void tellAll() {
        for (Event next = next(); next != null; next = next()) {
            tell(next);
        }
    }

    private @Nullable Event next() {
        long lost;
        synchronized (lock) {
            Event next = oldest();
            if (next != null) {
                text -= next.text();
                return next;
            }
            telling = false;
            lost = dropped;
            dropped = 0;
        }
        if (lost > 0) {
            LOG.warn(
                    "listener {} has caught up; the client has dropped {} of its events",
                    listener.getClass().getName(),
                    lost);
        }
        return null;
    }

    private @Nullable Event oldest() {
        Event one = frequent.peekFirst();
        Event other = others.peekFirst();
        return one != null && (other == null || one.number() < other.number())
                ? frequent.pollFirst()
                : others.pollFirst();
    }

    private void tell(Event event) {
        try {
            event.call().accept(listener);
        } catch (Throwable failure) {
            // A listener in another language may throw anything.
            Loggers.log(
                    LOG,
                    warnedOfFailure ? Level.DEBUG : Level.WARN,
                    "a listener failed (logs further failures at DEBUG)",
                    failure);
            warnedOfFailure = true;
        }
    }
}
