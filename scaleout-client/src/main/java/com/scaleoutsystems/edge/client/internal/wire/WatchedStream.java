package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A record stream that ends by itself when records wait on it and no acknowledgement comes for too long. */
public final class WatchedStream implements RecordStream {

    /** A stream that can be broken off. */
    public interface Breakable {

        /** Sends one record. */
        void send(String recordId, RecordBody record);

        /** Ends the stream in order. */
        void close();

        /** Breaks the stream off. */
        void cancel();
    }

    private final Strand strand;
    private final Duration idleTimeout;
    private final Receiver receiver;
    private final Breakable stream;

    /** The ids of the records that wait for their acknowledgement. */
    private final Set<String> waiting = new HashSet<>();

    private @Nullable Cancellable end;
    private boolean held;
    private boolean over;

    /**
     * Opens a stream and watches over it.
     *
     * @param strand the watch's own
     * @param opening opens the stream, given the receiver of its events
     */
    public WatchedStream(
            Strand strand, Duration idleTimeout, Receiver receiver, Function<Receiver, ? extends Breakable> opening) {
        this.strand = strand;
        this.idleTimeout = idleTimeout;
        this.receiver = receiver;
        this.stream = opening.apply(new Watch());
    }

    @Override
    public void send(String recordId, RecordBody record) {
        // The acknowledgement may come before this method returns.
        strand.execute(() -> {
            waiting.add(recordId);
            if (end == null) {
                watch();
            }
        });
        try {
            stream.send(recordId, record);
        } catch (RuntimeException failure) {
            strand.execute(() -> {
                waiting.remove(recordId);
                if (waiting.isEmpty()) {
                    watch();
                }
            });
            throw failure;
        }
    }

    @Override
    public void hold(boolean silent) {
        strand.execute(() -> {
            if (held != silent) {
                held = silent;
                watch();
            }
        });
    }

    @Override
    public void close() {
        stream.close();
    }

    private void watch() {
        if (end != null) {
            end.cancel();
        }
        end = over || held || waiting.isEmpty() ? null : strand.after(idleTimeout, this::giveUp);
    }

    private void giveUp() {
        over = true;
        receiver.ended(new EdgeException(
                ErrorCode.DEADLINE_EXCEEDED,
                "a record stream is given up: " + waiting.size()
                        + " records wait, and the combiner acknowledged none for " + idleTimeout.toMillis() + " ms",
                null,
                true,
                1));
        stream.cancel();
    }

    private final class Watch implements Receiver {

        @Override
        public void acknowledged(List<String> recordIds) {
            receiver.acknowledged(recordIds);
            strand.execute(() -> {
                int before = waiting.size();
                recordIds.forEach(waiting::remove);
                if (waiting.size() < before) {
                    watch();
                }
            });
        }

        @Override
        public void ended(EdgeException reason) {
            strand.execute(() -> {
                if (!over) {
                    over = true;
                    watch();
                    receiver.ended(reason);
                }
            });
        }
    }
}
