package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.Delivery;
import com.scaleoutsystems.edge.client.Delivery.Stored;
import com.scaleoutsystems.edge.client.DropReason;
import com.scaleoutsystems.edge.client.Outcome;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a client sends but has not been acknowledged. Records are written down first and sent then; an
 * acknowledgement removes them. Lives on the client's strand, except for {@link #log(RecordBody)}.
 */
public final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.REPORT);

    /** Hears how the results of tasks ended. */
    public interface Results {
        /**
         * A result's fate is known.
         *
         * @param batch goes into the same commit as the record's removal
         * @return what to do after that commit
         */
        Runnable settle(String correlationId, Outcome outcome, Batch batch);
    }

    private record Staged(OutboxRecord record, Receipt receipt) {}

    private final Env env;
    private final Strand strand;
    private final IdentityRows rows;
    private final BlobStore blobs;
    private final int maxQueued;
    private Results results = (correlationId, outcome, batch) -> () -> {};
    private final Map<RecordKind, Sender> senderOf = new EnumMap<>(RecordKind.class);
    private final Set<Sender> senders = new LinkedHashSet<>();
    private final Set<RecordKind> warnedOf = EnumSet.noneOf(RecordKind.class);
    private final Map<String, Receipt> receipts = new HashMap<>();
    private final ConcurrentLinkedQueue<Staged> staging = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stagingScheduled = new AtomicBoolean();
    private final AtomicInteger queued = new AtomicInteger();
    private final List<CompletableFuture<@Nullable Void>> awaitingEmpty = new ArrayList<>();
    private volatile boolean closed;

    /**
     * An empty outbox that keeps everything until it has a transport.
     *
     * @param maxQueued how many records may wait before further logged ones are dropped
     * @param events hears of transfers
     */
    public Outbox(Env env, Strand strand, IdentityRows rows, BlobStore blobs, int maxQueued, Events events) {
        this.env = env;
        this.strand = strand;
        this.rows = rows;
        this.blobs = blobs;
        this.maxQueued = maxQueued;
        Sender updates = new UnarySender(env, strand, blobs, this::settled, events);
        Sender validations = new UnarySender(env, strand, blobs, this::settled, events);
        Sender predictions = new UnarySender(env, strand, blobs, this::settled, events);
        Sender artifacts = new UnarySender(env, strand, blobs, this::settled, events);
        senderOf.put(RecordKind.MODEL_UPDATE, updates);
        senderOf.put(RecordKind.MODEL_VALIDATION, validations);
        senderOf.put(RecordKind.MODEL_PREDICTION, predictions);
        senderOf.put(
                RecordKind.INFERENCE_RESULT,
                new StreamSender(env, strand, RecordKind.INFERENCE_RESULT, Sender.Order.NEWEST_FIRST, this::settled));
        senderOf.put(RecordKind.MODEL_METRIC, artifacts);
        senderOf.put(RecordKind.STATUS, artifacts);
        senderOf.put(
                RecordKind.TELEMETRY_RECORD,
                new StreamSender(env, strand, RecordKind.TELEMETRY_RECORD, Sender.Order.NEWEST_FIRST, this::settled));
        senderOf.put(
                RecordKind.ATTRIBUTE_RECORD,
                new StreamSender(env, strand, RecordKind.ATTRIBUTE_RECORD, Sender.Order.OLDEST_FIRST, this::settled));
        senders.addAll(senderOf.values());
    }

    /** Tells this listener of the results of tasks from now on. */
    public void results(Results listener) {
        results = listener;
    }

    /** Takes a record of the host's. From any thread; never blocks and never throws. */
    public Delivery log(RecordBody body) {
        Receipt receipt = new Receipt(env.newId(), env.listeners());
        if (closed) {
            receipt.settled(new Outcome.Dropped(DropReason.CLIENT_CLOSED));
        } else if (queued.incrementAndGet() > maxQueued) {
            queued.decrementAndGet();
            receipt.settled(new Outcome.Dropped(DropReason.QUEUE_FULL));
        } else {
            staging.add(new Staged(new OutboxRecord(receipt.id(), body, Optional.empty(), Optional.empty()), receipt));
            if (stagingScheduled.compareAndSet(false, true)) {
                strand.execute(this::storeStaged);
            }
        }
        return receipt;
    }

    /** A receipt for something that was wrong from the start. */
    public Delivery reject(EdgeException error) {
        return Receipt.rejected(env.newId(), env.listeners(), error);
    }

    private void storeStaged() {
        stagingScheduled.set(false);
        List<Staged> staged = new ArrayList<>();
        for (Staged next = staging.poll(); next != null; next = staging.poll()) {
            staged.add(next);
        }
        Batch batch = new Batch();
        staged.removeIf(one -> !staged(batch, one));
        strand.when(rows.commit(batch), (done, error) -> {
            for (Staged one : staged) {
                if (error == null) {
                    receipts.put(one.record().id(), one.receipt());
                    one.receipt().stored(rows.isDurable() ? Stored.DURABLE : Stored.NOT_DURABLE);
                    enter(one.record());
                } else {
                    queued.decrementAndGet();
                    one.receipt().settled(new Outcome.Rejected(notStored(error)));
                }
            }
        });
    }

    /** Writes a record into the batch; one that cannot be written is rejected and harms no other. */
    private boolean staged(Batch batch, Staged one) {
        try {
            put(batch, one.record());
            return true;
        } catch (RuntimeException unwritable) {
            queued.decrementAndGet();
            one.receipt().settled(new Outcome.Rejected(notStored(unwritable)));
            return false;
        }
    }

    private static EdgeException notStored(Throwable error) {
        return new EdgeException(ErrorCode.IO, "the record could not be written down: " + error.getMessage(), error);
    }

    /**
     * Writes the result of a task into a batch. After the batch was committed, {@link #accept(OutboxRecord)} sends it.
     *
     * @param modelId the pinned model that must be uploaded first, if there is one
     */
    public OutboxRecord prepare(Batch batch, RecordBody body, String correlationId, Optional<String> modelId) {
        OutboxRecord record = new OutboxRecord(env.newId(), body, Optional.of(correlationId), modelId);
        put(batch, record);
        return record;
    }

    /** Sends a result whose batch was committed. Results are never dropped for lack of room. */
    public void accept(OutboxRecord record) {
        queued.incrementAndGet();
        enter(record);
    }

    private void enter(OutboxRecord record) {
        if (closed) {
            drop(record);
        } else {
            sender(record).add(record);
        }
    }

    private Sender sender(OutboxRecord record) {
        Sender sender = senderOf.get(record.body().recordKind());
        if (sender == null) {
            throw new AssertionError("no sender for " + record.body().recordKind());
        }
        return sender;
    }

    private static void put(Batch batch, OutboxRecord record) {
        batch.put(Table.OUTBOX, record.id(), OutboxCodec.write(record));
    }

    /** Sends over this transport from now on. */
    public void use(CombinerTransport transport) {
        senders.forEach(sender -> sender.use(transport));
    }

    /** The combiner answers: waits after failures end. */
    public void wake() {
        senders.forEach(Sender::wake);
    }

    /** There is little time left: everything is tried again now, and from now on after short waits only. */
    public void hurry() {
        senders.forEach(Sender::hurry);
    }

    /** Sends nothing more; what is under way may still be acknowledged. */
    public void rest() {
        senders.forEach(sender -> sender.use(null));
    }

    /** Completes when there is nothing left to send. */
    public CompletionStage<@Nullable Void> empty() {
        CompletableFuture<@Nullable Void> empty = new CompletableFuture<>();
        awaitingEmpty.add(empty);
        tellIfEmpty();
        return empty;
    }

    /** Ends all sending. What is left stays in a durable store and is dropped, and told so, otherwise. */
    public void close() {
        closed = true;
        int left = 0;
        rest();
        for (Sender sender : senders) {
            for (OutboxRecord record : sender.takeAll()) {
                left++;
                drop(record);
            }
        }
        if (left > 0) {
            LOG.warn("{} records were not sent before the client was closed", left);
        }
        blobs.close();
    }

    private void drop(OutboxRecord record) {
        queued.decrementAndGet();
        Receipt receipt = receipts.remove(record.id());
        if (receipt != null) {
            receipt.settled(new Outcome.Dropped(DropReason.CLIENT_CLOSED));
        }
    }

    private void settled(OutboxRecord record, Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            warnOnce(record.body().recordKind(), rejected.error());
        }
        Batch batch = new Batch().delete(Table.OUTBOX, record.id());
        Runnable then = record.correlationId()
                .map(id -> results.settle(id, outcome, batch))
                .orElse(() -> {});
        strand.when(rows.commit(batch), (done, error) -> {
            if (error != null) {
                // The record may be sent once more after a restart; the server knows it by its id.
                LOG.warn("an acknowledged record could not be removed from the store", error);
            }
            record.modelId().ifPresent(blobs::release);
            queued.decrementAndGet();
            Receipt receipt = receipts.remove(record.id());
            if (receipt != null) {
                receipt.settled(outcome);
            }
            then.run();
            tellIfEmpty();
        });
    }

    /** Records come by the thousand: one line for each kind is enough, the receipts tell the rest. */
    private void warnOnce(RecordKind kind, EdgeException error) {
        if (warnedOf.add(kind)) {
            LOG.warn("{} was rejected: {} (further ones at DEBUG)", kind, error.getMessage());
        } else {
            LOG.debug("{} was rejected", kind, error);
        }
    }

    private void tellIfEmpty() {
        if (queued.get() == 0) {
            List<CompletableFuture<@Nullable Void>> told = new ArrayList<>(awaitingEmpty);
            awaitingEmpty.clear();
            told.forEach(empty -> empty.complete(null));
        }
    }
}
