package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * All records that the client has not delivered yet. The outbox writes a record down first and sends it then; an acknowledgement removes
 * it. Records that an earlier process left on the disk are sent as well. {@link Admission} writes, {@link Senders} send, {@link
 * Settlement} removes. Lives on the client's strand, except for {@link #log(RecordBody, Optional)}.
 */
public final class Outbox {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** How often the outbox looks for records that have become too old, whether it sends something or not. */
    private static final Duration EXPIRY_CHECK = Duration.ofMinutes(1);

    private static final Duration LONGEST_FLUSH = Duration.ofDays(365);

    private final Env env;
    private final Strand strand;
    private final BlobStore blobs;
    private final NetworkGate gate;
    private final OutcomeCounts counts = new OutcomeCounts();
    private final Flushes flushes = new Flushes(counts);
    private final OutboxRows rows;
    private final PriorityScheduler<OutboxRecord> scheduler;
    private final OutboxContents contents;
    private final Settlement settlement;
    private final Admission admission;
    private final Senders senders;
    private final Restoration restoration;

    /** New records of classes that keep the order: what is older and not read yet goes first. */
    private final List<OutboxRecord> behindEarlier = new ArrayList<>();

    private @Nullable Cancellable nextExpiryCheck;
    private boolean closed;

    /** What was not sent before the close, as long as it has not been told. */
    private @Nullable List<OutboxRecord> left;

    private boolean toldLeft;

    /**
     * An outbox with what the store has kept, most of which is read later. It sends nothing until it has a transport. Blocks on the disk,
     * but not for long.
     *
     * @param listeners receives transfers and the end of each record
     * @param gate says which records may leave
     */
    public Outbox(
            Env env,
            Strand strand,
            IdentityRows rows,
            BlobStore blobs,
            ReportingSettings settings,
            ListenerCalls listeners,
            NetworkGate gate) {
        this.env = env;
        this.strand = strand;
        this.blobs = blobs;
        this.gate = gate;
        this.rows = new OutboxRows(rows, blobs, env, strand);
        this.scheduler = new PriorityScheduler<>(settings.priorityClasses(), this::dropped);
        this.contents = OutboxContents.of(this.rows, scheduler, settings, flushes, env, listeners);
        this.settlement = new Settlement(env, strand, contents, counts, listeners);
        this.admission = new Admission(env, strand, contents, settlement, this::enter);
        this.senders = new Senders(env, strand, contents, settlement, blobs, listeners, gate, settings);
        this.restoration = new Restoration(env, strand, contents, settlement, senders::proceed);
        restoration.whenDone(this::restored);
        if (!flushes.isEmpty()) {
            armExpiryCheck();
        }
        restoration.begin();
    }

    private void dropped(OutboxRecord record, DropReason reason) {
        settlement.drop(record, reason);
    }

    private void restored() {
        behindEarlier.forEach(scheduler::comeBack);
        senders.proceed(behindEarlier);
        behindEarlier.clear();
        Set<String> models = unsentModels();
        env.io().execute(() -> blobs.releaseEarlierExcept(models));
    }

    /** Whether everything that earlier runs left is known. */
    public boolean isRestored() {
        return restoration.unread() == 0;
    }

    /** Runs the action when everything that earlier runs left is known: now, if it is. */
    public void whenRestored(Runnable action) {
        restoration.whenDone(action);
    }

    /** The tasks whose results are still to be sent, as far as they are known. */
    public Set<String> unsentResults() {
        Set<String> tasks = new HashSet<>();
        unsent().forEach(record -> record.correlationId().ifPresent(tasks::add));
        return tasks;
    }

    /** The pinned models that are still to be sent, as far as they are known. */
    public Set<String> unsentModels() {
        Set<String> models = new HashSet<>();
        unsent().forEach(record -> record.modelId().ifPresent(models::add));
        return models;
    }

    private Stream<OutboxRecord> unsent() {
        return Stream.concat(scheduler.records().stream(), settlement.leaving().stream());
    }

    /** From now on this listener receives the results of tasks. */
    public void resultListener(ResultListener listener) {
        settlement.resultListener(listener);
    }

    /**
     * Takes a record of the host's. From any thread; never blocks and never throws.
     *
     * @param priorityClass the class, if it is not that of its kind
     */
    public Delivery log(RecordBody body, Optional<String> priorityClass) {
        return admission.log(body, priorityClass);
    }

    /** A receipt for something that was wrong from the start. From any thread. */
    public Delivery reject(EdgeException error) {
        return admission.reject(error);
    }

    /**
     * Writes the result of a task into a batch. After the batch was committed, {@link #accept(OutboxRecord)} sends the result. If the batch
     * could not be committed, {@link #acceptUnstored(OutboxRecord)} does.
     *
     * @param modelId the pinned model that must be uploaded first, if there is one
     * @throws EdgeException INVALID_ARGUMENT if no message can hold the result
     */
    public OutboxRecord prepare(Batch batch, RecordBody body, String correlationId, Optional<String> modelId) {
        return admission.prepare(batch, body, correlationId, modelId);
    }

    /** Sends a result whose batch was committed. Results are never dropped for lack of room. */
    public void accept(OutboxRecord record) {
        enter(List.of(record));
    }

    /** Sends a result that could not be written down. Only a crash loses it. */
    public void acceptUnstored(OutboxRecord record) {
        record.hasNoRow();
        rows.owe(List.of(record));
        enter(List.of(record));
    }

    /** From now on these records wait to be sent. */
    private void enter(List<OutboxRecord> records) {
        for (OutboxRecord record : records) {
            rows.keep(record);
            record.phase(OutboxRecord.Phase.SENDING);
            if (closed) {
                settlement.releaseAtClose(record);
            } else if (!isRestored() && scheduler.keepsOrder(record.priorityClass())) {
                behindEarlier.add(record);
            } else {
                scheduler.comeBack(record);
                armExpiryCheck();
            }
        }
        senders.proceed(records);
    }

    /** Sends over this transport from now on. */
    public void use(CombinerTransport transport) {
        senders.use(transport);
    }

    /** The combiner is silent: the outbox begins nothing until {@link #othersAnswer()}. */
    public void hold() {
        senders.each(Sender::hold);
    }

    /** A poll or a heartbeat was not answered. */
    public void othersFail() {
        senders.each(Sender::othersFail);
    }

    /** A poll or a heartbeat was answered: what an outage holds up goes on. */
    public void othersAnswer() {
        senders.each(Sender::othersAnswer);
    }

    /** What failures hold up is tried again now. */
    public void goOn() {
        senders.each(Sender::tryAll);
    }

    /** There is little time left: the outbox tries everything again now, and waits only shortly after failures from now on. */
    public void hurry() {
        senders.each(Sender::hurry);
    }

    /** Sends nothing more. The combiner may still acknowledge what is under way. */
    public void rest() {
        senders.use(null);
    }

    /** Completes when there is nothing left to send that the host lets leave. */
    public CompletionStage<@Nullable Void> empty() {
        return admission.storeStaged().thenCompose(staged -> {
            int alerts = gate.letsAlertsPass() ? scheduler.count(PriorityClass.ALERT) : 0;
            return gate.isOpen() ? flushes.empty() : flushes.afterNext(alerts);
        });
    }

    /** Tries everything again now, and waits for all that was logged so far, but not longer than the given time. */
    public CompletionStage<FlushResult> flush(Duration longest) {
        return admission.storeStaged().thenCompose(staged -> flushStaged(longest));
    }

    private CompletionStage<FlushResult> flushStaged(Duration longest) {
        senders.each(Sender::tryAll);
        Flushes.Flush flush = flushes.flush(rows.nextSequence());
        Cancellable timeout = strand.after(longest.compareTo(LONGEST_FLUSH) < 0 ? longest : LONGEST_FLUSH, flush::end);
        return flush.done().thenApply(done -> {
            timeout.cancel();
            return flush.end();
        });
    }

    /** Ends all sending; done when all receipts are, which may take as long as the store does. What is left stays in a durable store, and is dropped otherwise. */
    public CompletionStage<@Nullable Void> close() {
        restoration.stop();
        closed = true;
        if (nextExpiryCheck != null) {
            nextExpiryCheck.cancel();
        }
        senders.close();
        return admission.close().thenCompose(staged -> leave()).thenRun(this::tellLeft);
    }

    private CompletionStage<@Nullable Void> leave() {
        List<OutboxRecord> unsent = left();
        left = unsent;
        rows.repayAll();
        CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
        releaseSlice(unsent.iterator(), released);
        // Records that are being written end when the store has answered, as those that are being deleted.
        return released.thenCompose(done -> flushes.downTo(restoration.unread()));
    }

    private List<OutboxRecord> left() {
        return scheduler.records().stream()
                .filter(record -> record.phase() != OutboxRecord.Phase.SETTLED)
                .toList();
    }

    /** Logs, once, what was not sent and what becomes of it: when the store has answered for all of it, or when the time is up. */
    public void tellLeft() {
        if (toldLeft) {
            return;
        }
        toldLeft = true;
        List<OutboxRecord> records = left == null ? left() : left;
        left = null;
        long unread = restoration.unread();
        long all = unread + records.size();
        if (all == 0) {
            return;
        }
        long unanswered = records.stream()
                .filter(record -> record.phase() == OutboxRecord.Phase.STORING)
                .count();
        long kept = unread
                + records.stream()
                        .filter(record -> record.phase() != OutboxRecord.Phase.STORING)
                        .filter(settlement::isKeptAtClose)
                        .count();
        LOG.warn(
                "{} records were not sent before the client was closed: {} are kept in the state directory, {} are lost{}",
                all,
                kept,
                all - kept - unanswered,
                unanswered == 0 ? "" : "; the disk has not answered yet for " + unanswered);
    }

    private void releaseSlice(Iterator<OutboxRecord> left, CompletableFuture<@Nullable Void> done) {
        for (int i = 0; i < OutboxContents.SLICE && left.hasNext(); i++) {
            settlement.releaseAtClose(left.next());
        }
        if (left.hasNext()) {
            strand.execute(() -> releaseSlice(left, done));
        } else {
            flushes.tell();
            done.complete(null);
        }
    }

    private void armExpiryCheck() {
        if (nextExpiryCheck == null) {
            nextExpiryCheck = strand.after(EXPIRY_CHECK, () -> {
                nextExpiryCheck = null;
                if (!closed && !flushes.isEmpty()) {
                    armExpiryCheck();
                    scheduler.expire(env.nanos());
                }
            });
        }
    }

    /** What waits and what became of the rest. */
    public Backlog backlog() {
        return Backlog.of(contents, restoration.unread(), counts, env.nanos());
    }

    /** The priority classes, without the default one. */
    public List<PriorityClass> priorityClasses() {
        return scheduler.classes();
    }

    /** Adds a priority class. */
    public void addPriorityClass(PriorityClass added) {
        scheduler.addClass(added);
    }

    /** Gives a priority class other rules; what waits in it stays. */
    public void replacePriorityClass(PriorityClass changed) {
        scheduler.replaceClass(changed);
    }

    /** Removes a priority class in which no record waits. */
    public void removePriorityClass(String name) {
        scheduler.removeClass(name, false);
    }

    /**
     * Removes a priority class, and moves what waits in it to the default class.
     *
     * @return how many records moved
     */
    public int mergePriorityClassIntoDefault(String name) {
        return scheduler.removeClass(name, true);
    }
}
