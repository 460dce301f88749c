package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordKind;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends records on a stream that acknowledges them. Opened with the first record, opened again after it broke. */
final class StreamSender extends Sender {

    /** The reference client's limit of records under way. */
    private static final int WINDOW = 256;

    private final RecordKind kind;
    private final Map<String, OutboxRecord> unacknowledged = new LinkedHashMap<>();
    private @Nullable RecordStream stream;

    /** How many records may be under way now: one at a time after a failure, until it is clear which of them was at fault. */
    private int window = WINDOW;

    /** Tells streams apart, so that the late end of one does not touch its successor. */
    private int generation;

    StreamSender(Env env, Strand strand, RecordKind kind, Order order, Settled settled) {
        super(env, strand, order, settled);
        this.kind = kind;
    }

    @Override
    boolean hasCapacity() {
        return unacknowledged.size() < window;
    }

    @Override
    void send(CombinerTransport combiner, OutboxRecord record) {
        unacknowledged.put(record.id(), record);
        if (!combiner.streams(kind)) {
            sendAlone(combiner, record);
            return;
        }
        try {
            RecordStream open = stream;
            if (open == null) {
                open = combiner.open(kind, new Events(++generation));
                stream = open;
            }
            open.send(record.id(), record.body());
        } catch (RuntimeException failure) {
            // A broken stream tells so by its events: this record is at fault, and only this one is given up.
            unacknowledged.remove(record.id());
            failed(record, failure);
        }
    }

    /** By a call of its own, for combiners that have no such stream. */
    private void sendAlone(CombinerTransport combiner, OutboxRecord record) {
        strand().when(combiner.send(record.id(), record.body()), (done, error) -> {
            if (unacknowledged.remove(record.id()) == null) {
                return;
            }
            if (error == null) {
                delivered(record);
            } else {
                failed(record, error);
            }
            proceed();
        });
    }

    @Override
    List<OutboxRecord> takeAll() {
        List<OutboxRecord> left = new ArrayList<>(unacknowledged.values());
        unacknowledged.clear();
        left.addAll(super.takeAll());
        generation++;
        endStream();
        return left;
    }

    @Override
    void use(@Nullable CombinerTransport combiner) {
        if (combiner == null) {
            endStream();
        }
        super.use(combiner);
    }

    /** Sends nothing more on it; acknowledgements may still come. */
    private void endStream() {
        RecordStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }

    private void acknowledged(List<String> ids) {
        for (String id : ids) {
            OutboxRecord record = unacknowledged.remove(id);
            if (record != null) {
                window = Math.min(WINDOW, window * 2);
                delivered(record);
            }
        }
        proceed();
    }

    private void broken(EdgeException reason) {
        stream = null;
        generation++;
        List<OutboxRecord> again = new ArrayList<>(unacknowledged.values());
        unacknowledged.clear();
        if (again.isEmpty()) {
            return;
        }
        if (reason.code() == ErrorCode.UNIMPLEMENTED) {
            // They travel by calls of their own from now on.
            putBack(again);
        } else if (again.size() == 1) {
            failed(again.get(0), reason);
        } else {
            if (mayLieInTheRecord(reason)) {
                window = 1;
            }
            failed(again);
        }
    }

    private final class Events implements RecordStream.Events {

        private final int mine;

        Events(int mine) {
            this.mine = mine;
        }

        @Override
        public void acknowledged(List<String> recordIds) {
            strand().execute(() -> StreamSender.this.acknowledged(recordIds));
        }

        @Override
        public void ended(EdgeException reason) {
            strand().execute(() -> {
                if (mine == generation) {
                    broken(reason);
                    proceed();
                }
            });
        }
    }
}
