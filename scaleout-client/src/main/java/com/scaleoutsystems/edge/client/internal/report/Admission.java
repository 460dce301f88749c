package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Delivery.Stored;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a record into the store. A logged record takes room, waits in a staging queue for the strand, must find room in its class, and
 * is written with all others that were staged. Lives on the client's strand, except for {@link #log} and {@link #reject}.
 */
final class Admission {

    private final Env env;
    private final Strand strand;
    private final OutboxContents contents;
    private final Settlement settlement;
    private final Consumer<List<OutboxRecord>> admitted;
    private final ConcurrentLinkedQueue<OutboxRecord> staging = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stagingScheduled = new AtomicBoolean();

    /** How many records were ever staged: grows after the record is there. */
    private final AtomicLong staged = new AtomicLong();

    /** How many of them have left the queue. */
    private long taken;

    private volatile boolean closing;
    private boolean closed;

    /**
     * An admission that is open.
     *
     * @param admitted gets the records that were written
     */
    Admission(
            Env env,
            Strand strand,
            OutboxContents contents,
            Settlement settlement,
            Consumer<List<OutboxRecord>> admitted) {
        this.env = env;
        this.strand = strand;
        this.contents = contents;
        this.settlement = settlement;
        this.admitted = admitted;
    }

    /** Takes a record of the host's. From any thread; never blocks and never throws. */
    Delivery log(RecordBody body, Optional<String> priorityClass) {
        Receipt receipt = new Receipt(env.newId(), env.continuations());
        OutboxRecord record;
        try {
            record = record(body, priorityClass.orElse(body.traits().priorityClass()), receipt, null, null);
        } catch (EdgeException tooLarge) {
            settlement.warnOnce(body.traits().kind(), tooLarge);
            return reject(tooLarge);
        }
        if (closing) {
            settlement.end(record, new Outcome.Dropped(DropReason.CLIENT_CLOSED));
        } else if (!contents.capacity().take(record.bytes())) {
            settlement.end(record, new Outcome.Dropped(DropReason.QUEUE_FULL));
        } else {
            staging.add(record);
            staged.incrementAndGet();
            scheduleSlice();
        }
        return receipt;
    }

    private void scheduleSlice() {
        if (stagingScheduled.compareAndSet(false, true)) {
            strand.execute(() -> {
                stagingScheduled.set(false);
                storeSlice();
                if (!staging.isEmpty()) {
                    scheduleSlice();
                }
            });
        }
    }

    /** A receipt for something that was wrong from the start. From any thread. */
    Delivery reject(EdgeException error) {
        settlement.count(new Outcome.Rejected(error));
        return Receipt.rejected(env.newId(), env.continuations(), error);
    }

    /** Every record that is sent is made here. */
    private OutboxRecord record(
            RecordBody body,
            String priorityClass,
            Receipt receipt,
            @Nullable String correlationId,
            @Nullable String modelId) {
        body.requireFits();
        return new OutboxRecord(
                OutboxRecord.Header.of(receipt.id(), body, env.wall(), correlationId, modelId),
                priorityClass,
                env.nanos(),
                body,
                receipt);
    }

    /** Begins to write what was logged before this call; done when all of it is on its way into the store. */
    CompletionStage<@Nullable Void> storeStaged() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        storeUpTo(staged.get(), done);
        return done;
    }

    private void storeUpTo(long last, CompletableFuture<@Nullable Void> done) {
        try {
            storeSlice();
        } catch (Throwable failure) {
            // Otherwise a caller of flush would wait for ever.
            done.completeExceptionally(failure);
            return;
        }
        if (taken < last) {
            strand.execute(() -> storeUpTo(last, done));
        } else {
            done.complete(null);
        }
    }

    private void storeSlice() {
        List<OutboxRecord> slice = new ArrayList<>();
        Batch batch = new Batch();
        for (int i = 0; i < OutboxContents.SLICE; i++) {
            OutboxRecord next = staging.poll();
            if (next == null) {
                break;
            }
            taken++;
            if (isWritten(batch, next)) {
                slice.add(next);
            }
        }
        if (!slice.isEmpty()) {
            contents.rows().commit(batch, (ok, error) -> {
                if (error == null) {
                    stored(slice);
                } else {
                    notStored(slice, error);
                }
            });
        }
    }

    private void stored(List<OutboxRecord> slice) {
        Stored how = contents.rows().isDurable() ? Stored.DURABLE : Stored.NOT_DURABLE;
        slice.forEach(record -> record.receipt().ifPresent(receipt -> receipt.stored(how)));
        admitted.accept(slice);
    }

    private void notStored(List<OutboxRecord> slice, Throwable error) {
        contents.rows().owe(slice);
        Outcome refused = new Outcome.Rejected(notWritten(error));
        for (OutboxRecord record : slice) {
            record.hasNoRow();
            record.phase(OutboxRecord.Phase.SETTLED);
            settlement.release(record, refused);
        }
        contents.flushes().tell();
    }

    /** Writes a record into the batch if there is room for it. A record with which anything fails is rejected and harms no other. */
    private boolean isWritten(Batch batch, OutboxRecord record) {
        try {
            if (closed || !fits(record)) {
                refuse(record, new Outcome.Dropped(closed ? DropReason.CLIENT_CLOSED : DropReason.QUEUE_FULL));
                return false;
            }
            contents.rows().put(batch, record);
        } catch (Throwable fault) {
            refuse(record, new Outcome.Rejected(notWritten(fault)));
            return false;
        }
        contents.add(record);
        return true;
    }

    /** Whether the class of a record has room for it, or makes room. */
    private boolean fits(OutboxRecord record) {
        PriorityScheduler<OutboxRecord> scheduler = contents.scheduler();
        String name = record.priorityClass();
        boolean fits = scheduler.hasRoom(name, record.bytes());
        while (!fits && scheduler.rulesOf(name).dropsOldest() && scheduler.dropOldest(name)) {
            fits = scheduler.hasRoom(name, record.bytes());
        }
        return fits;
    }

    private void refuse(OutboxRecord record, Outcome outcome) {
        contents.capacity().give(record.bytes());
        settlement.end(record, outcome);
    }

    private static EdgeException notWritten(Throwable error) {
        ErrorCode code = Memory.ranOut(error) ? ErrorCode.RESOURCE_EXHAUSTED : ErrorCode.IO;
        return new EdgeException(code, "the record could not be written down: " + Failures.describe(error), error);
    }

    /**
     * Writes the result of a task into a batch, whatever room there is.
     *
     * @throws EdgeException INVALID_ARGUMENT if no message can hold it
     */
    OutboxRecord prepare(Batch batch, RecordBody body, String correlationId, Optional<String> modelId) {
        OutboxRecord record = record(
                body,
                body.traits().priorityClass(),
                new Receipt(env.newId(), env.continuations()),
                correlationId,
                modelId.orElse(null));
        contents.rows().put(batch, record);
        contents.capacity().takeAnyway(record.bytes());
        contents.add(record);
        return record;
    }

    /** Takes nothing more; done when what was logged before is on its way into the store. */
    CompletionStage<@Nullable Void> close() {
        closing = true;
        return storeStaged().thenRun(() -> closed = true);
    }
}
