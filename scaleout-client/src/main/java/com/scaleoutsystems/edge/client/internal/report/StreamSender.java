package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends records on a stream that acknowledges them. Opened when there is something to send, closed when there was nothing for a
 * while, opened again after it broke. While the combiner has no such stream, as far as is known, each record goes by a call of its own.
 */
final class StreamSender extends Sender {

    /** The reference client's limit of records under way. */
    private static final int WINDOW = 256;

    /** How many calls are under way at once where there is no stream. */
    private static final int CALLS = 16;

    /** A stream without traffic is closed after about this time. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    /**
     * While the oldest record under way has waited this long for its acknowledgement, the sender sends no more: the combiner is silent, and
     * what it did not see yet would come twice if the stream broke in the end.
     */
    private static final long SILENCE_NANOS = Duration.ofSeconds(2).toNanos();

    private final RecordKind kind;
    private final boolean aloneAlways;
    private final Map<String, OutboxRecord> unacknowledged = new LinkedHashMap<>();
    private final Set<String> calls = new HashSet<>();
    private @Nullable RecordStream stream;
    private @Nullable Cancellable watch;
    private long lastTraffic;

    /** How many records may be under way now: one at a time after a failure, until it is clear which of them was at fault. */
    private int window = WINDOW;

    /** Whether records go by calls of their own, as far as is known. */
    private boolean alone;

    /** Tells streams apart, so that the late end of one does not touch its successor. */
    private int streamNumber;

    /**
     * A sender without a stream.
     *
     * @param aloneAlways whether each record goes by a call of its own though there may be a stream
     */
    StreamSender(Env env, Strand strand, Source source, RecordRate rate, RecordKind kind, boolean aloneAlways) {
        super(env, strand, source, rate);
        this.kind = kind;
        this.aloneAlways = aloneAlways;
        this.alone = aloneAlways;
    }

    @Override
    int room() {
        int limit = alone ? CALLS : window;
        return isSilent() ? 0 : limit - unacknowledged.size() - calls.size();
    }

    private boolean isSilent() {
        return stream != null
                && !unacknowledged.isEmpty()
                && env().nanos() - unacknowledged.values().iterator().next().sentAt() > SILENCE_NANOS;
    }

    @Override
    void send(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        unacknowledged.put(record.id(), record);
        source().sent(record);
        alone = aloneAlways || !combiner.streams(kind);
        if (alone) {
            unacknowledged.remove(record.id());
            sendAlone(combiner, record, body);
            return;
        }
        lastTraffic = env().nanos();
        RecordStream open = stream;
        if (open == null) {
            open = combiner.open(kind, new Acknowledgements(++streamNumber));
            stream = open;
            watchOver();
        }
        // A broken stream tells so by its events: what is thrown here is the fault of this record alone.
        open.send(record.id(), body);
    }

    @Override
    void ended(OutboxRecord record, @Nullable Throwable failure) {
        boolean underWay = calls.remove(record.id());
        if (unacknowledged.remove(record.id()) != null || underWay) {
            failed(record, failure);
        }
    }

    private void sendAlone(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        calls.add(record.id());
        when(record, () -> combiner.send(record.id(), body), (done, error) -> {
            if (!calls.remove(record.id())) {
                return;
            }
            if (error == null) {
                delivered(List.of(record));
            } else {
                failed(record, error);
            }
            proceed();
        });
    }

    @Override
    void close() {
        super.close();
        unacknowledged.clear();
        calls.clear();
        streamNumber++;
        endStream();
    }

    @Override
    void use(@Nullable CombinerTransport combiner) {
        window = WINDOW;
        if (combiner == null) {
            endStream();
        }
        super.use(combiner);
    }

    @Override
    void policyChanged(NetworkPolicy policy) {
        if (policy != NetworkPolicy.ALL) {
            endStream();
        }
        super.policyChanged(policy);
    }

    @Override
    void held(boolean now) {
        if (stream != null) {
            stream.hold(now);
        }
    }

    /** Sends nothing more on it; acknowledgements may still come. */
    private void endStream() {
        RecordStream open = forgetStream();
        if (open != null) {
            open.close();
        }
    }

    private @Nullable RecordStream forgetStream() {
        RecordStream open = stream;
        stream = null;
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        return open;
    }

    private void watchOver() {
        watch = strand().after(IDLE, () -> {
            watch = null;
            long quiet = env().nanos() - lastTraffic;
            if (unacknowledged.isEmpty() && quiet >= IDLE.toNanos()) {
                streamNumber++;
                endStream();
            } else {
                watchOver();
            }
        });
    }

    private void acknowledged(List<String> ids) {
        lastTraffic = env().nanos();
        List<OutboxRecord> done = new ArrayList<>(ids.size());
        for (String id : ids) {
            OutboxRecord record = unacknowledged.remove(id);
            if (record != null) {
                done.add(record);
            }
        }
        window = Math.min(WINDOW, window * (1 + done.size()));
        if (!done.isEmpty()) {
            delivered(done);
        }
        proceed();
    }

    private void broken(EdgeException reason) {
        forgetStream();
        streamNumber++;
        List<OutboxRecord> again = new ArrayList<>(unacknowledged.values());
        unacknowledged.clear();
        if (again.isEmpty()) {
            return;
        }
        if (reason.code() == ErrorCode.UNIMPLEMENTED) {
            // They travel by calls of their own, until the stream is tried again.
            again.forEach(source()::comeBack);
        } else if (again.size() == 1) {
            failed(again.get(0), reason);
        } else {
            if (mayLieInTheRecord(reason) || provesUnlucky(again.get(0), reason)) {
                window = 1;
            }
            failed(again);
        }
    }

    private final class Acknowledgements implements RecordStream.Receiver {

        private final int mine;

        Acknowledgements(int mine) {
            this.mine = mine;
        }

        @Override
        public void acknowledged(List<String> recordIds) {
            strand().execute(() -> StreamSender.this.acknowledged(recordIds));
        }

        @Override
        public void ended(EdgeException reason) {
            strand().execute(() -> {
                if (mine == streamNumber) {
                    broken(reason);
                    proceed();
                }
            });
        }
    }
}
