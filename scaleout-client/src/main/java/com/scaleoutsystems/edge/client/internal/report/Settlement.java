package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * The end of records. When the outcome of a record is known, its row is deleted, its model and its room are released, and its receipt and
 * the listeners hear the outcome. Lives on the client's strand, except for {@link #end}, {@link #count} and
 * {@link #warnOnce}.
 */
final class Settlement {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    private final FewLines lines;
    private final Strand strand;
    private final OutboxContents contents;
    private final OutcomeCounts counts;
    private final ListenerCalls listeners;
    private final Set<RecordKind> warnedOf = ConcurrentHashMap.newKeySet();
    private final Deque<Dropping> dropping = new ArrayDeque<>();

    /** Dropped records that have left the scheduler while their rows are still there. */
    private final Set<OutboxRecord> leaving = new HashSet<>();

    private record Dropping(OutboxRecord record, DropReason reason) {}

    private ResultListener resultListener = (correlationId, outcome, batch) -> () -> {};

    Settlement(Env env, Strand strand, OutboxContents contents, OutcomeCounts counts, ListenerCalls listeners) {
        this.lines = new FewLines(env, LOG);
        this.strand = strand;
        this.contents = contents;
        this.counts = counts;
        this.listeners = listeners;
    }

    /** From now on this listener receives the results of tasks. */
    void resultListener(ResultListener listener) {
        resultListener = listener;
    }

    /** What to send with the calls for a record. */
    Map<String, String> headers(OutboxRecord record) {
        return record.correlationId().map(resultListener::headers).orElse(Map.of());
    }

    /** Dropped records whose rows are still there. */
    Set<OutboxRecord> leaving() {
        return leaving;
    }

    /** Drops a record that the scheduler has given up. Records that are dropped in one step leave the store in one commit. */
    void drop(OutboxRecord record, DropReason reason) {
        if (dropping.isEmpty()) {
            strand.execute(this::settleDropped);
        }
        leaving.add(record);
        dropping.add(new Dropping(record, reason));
    }

    private void settleDropped() {
        Map<DropReason, List<OutboxRecord>> slice = new EnumMap<>(DropReason.class);
        for (int i = 0; i < OutboxContents.SLICE && !dropping.isEmpty(); i++) {
            Dropping next = dropping.removeFirst();
            slice.computeIfAbsent(next.reason(), any -> new ArrayList<>()).add(next.record());
        }
        if (!dropping.isEmpty()) {
            strand.execute(this::settleDropped);
        }
        slice.forEach((reason, records) -> settle(records, new Outcome.Dropped(reason)));
    }

    /** Ends records that were to be sent: their rows are deleted first. */
    void settle(List<OutboxRecord> all, Outcome outcome) {
        OutboxRows rows = contents.rows();
        Batch batch = new Batch();
        List<Runnable> then = new ArrayList<>();
        List<OutboxRecord> records = all.stream()
                .filter(record -> record.phase() == OutboxRecord.Phase.SENDING)
                .toList();
        for (OutboxRecord record : records) {
            record.phase(OutboxRecord.Phase.SETTLED);
            rows.delete(batch, record);
            if (outcome instanceof Outcome.Rejected rejected) {
                warnOnce(record.kind(), rejected.error());
                step(() -> rows.setAside(
                        batch, record, String.valueOf(rejected.error().getMessage())));
            }
            record.correlationId().ifPresent(id -> then.add(resultListener.settle(id, outcome, batch)));
        }
        rows.commit(batch, (done, error) -> {
            if (error != null) {
                // After a restart the client may send these records again, with their models. The server knows them by
                // their ids.
                LOG.debug("the client could not remove settled records from the store yet", error);
            }
            for (OutboxRecord record : records) {
                if (error == null || record.isWithoutRow()) {
                    rows.releaseModel(record);
                } else {
                    rows.releaseModelLater(record);
                }
                step(() -> remove(record, outcome));
            }
            then.forEach(this::step);
            contents.flushes().tell();
        });
    }

    /** A fault with one record harms no other. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            lines.error("a step at the end of a record failed", fault);
        }
    }

    /** Ends a record without a step on the disk, and releases its model unless the record is kept. */
    void release(OutboxRecord record, Outcome outcome) {
        if (!(outcome instanceof Outcome.Kept)) {
            contents.rows().releaseModel(record);
        }
        remove(record, outcome);
    }

    /** Ends a record that the client did not send before it was closed, unless it has ended already. */
    void releaseAtClose(OutboxRecord record) {
        if (record.phase() != OutboxRecord.Phase.SENDING) {
            return;
        }
        record.phase(OutboxRecord.Phase.SETTLED);
        release(record, isKeptAtClose(record) ? new Outcome.Kept() : new Outcome.Dropped(DropReason.CLIENT_CLOSED));
    }

    /** Whether a record stays in the store when the client is closed. */
    boolean isKeptAtClose(OutboxRecord record) {
        return contents.rows().isDurable() && !record.isWithoutRow();
    }

    private void remove(OutboxRecord record, Outcome outcome) {
        boolean scheduled = !leaving.remove(record);
        contents.remove(record, scheduled);
        end(record, outcome);
    }

    /** Counts an outcome. From any thread. */
    void count(Outcome outcome) {
        counts.count(outcome);
    }

    /** Counts an outcome and tells the record's receipt and the listeners. From any thread. */
    void end(OutboxRecord record, Outcome outcome) {
        count(outcome);
        record.receipt().ifPresent(receipt -> receipt.settled(outcome));
        listeners.recordSettled(record::info, outcome);
    }

    /** Records come by the thousand: one line for each kind is enough, and the receipts say the rest. From any thread. */
    void warnOnce(RecordKind kind, EdgeException error) {
        if (warnedOf.add(kind)) {
            LOG.warn("{} was rejected: {} (logs further ones at DEBUG)", kind, error.getMessage());
        } else {
            LOG.debug("{} was rejected", kind, error);
        }
    }
}
