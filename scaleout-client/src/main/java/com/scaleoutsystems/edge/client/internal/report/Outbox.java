package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.ModelUploads;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Delivery.Stored;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a client sends but has not been acknowledged. Records are written down first and sent then; an acknowledgement
 * removes them. What is on disk when the process begins is sent as well. Lives on the client's strand, except for {@link
 * #log(RecordBody, Optional)}.
 */
public final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.REPORT);

    /** How often it is looked for records that have become too old, whether something is sent or not. */
    private static final Duration EXPIRY_CHECK = Duration.ofMinutes(1);

    /** Every so many records the one that has waited longest is sent, whatever its class: no class starves. */
    private static final int FAIR_TURN = 16;

    /** Records of earlier runs are tried for so long at least, whatever their age: nobody could send them while the machine was off. */
    private static final long TRIED_AFTER_START = Duration.ofHours(1).toNanos();

    private static final Duration LONGEST_FLUSH = Duration.ofDays(365);

    /** Hears how the results of tasks ended. */
    public interface ResultListener {
        /**
         * A result's fate is known.
         *
         * @param batch goes into the same commit as the record's removal
         * @return what to do after that commit
         */
        Runnable settle(String correlationId, Outcome outcome, Batch batch);
    }

    private final Env env;
    private final Strand strand;
    private final OutboxRows rows;
    private final BlobStore blobs;
    private final Events events;
    private final Room room;
    private final Counts counts = new Counts();
    private final Flushes flushes = new Flushes(counts);
    private final PriorityScheduler<OutboxRecord> scheduler;
    private final Map<Route, Sender> senders = new EnumMap<>(Route.class);
    private final Set<RecordKind> warnedOf = EnumSet.noneOf(RecordKind.class);
    private final ConcurrentLinkedQueue<OutboxRecord> staging = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stagingScheduled = new AtomicBoolean();
    private final Map<DropReason, List<OutboxRecord>> dropping = new EnumMap<>(DropReason.class);

    /** Dropped records whose rows are still there: they take no room in their class any more. */
    private final Set<OutboxRecord> leaving = new HashSet<>();

    private ResultListener resultListener = (correlationId, outcome, batch) -> () -> {};
    private @Nullable Cancellable nextExpiryCheck;
    private volatile boolean closed;

    /**
     * An outbox with what the store has kept, which sends nothing until it has a transport. Blocks on the disk.
     *
     * @param events hears of transfers and of each record's end
     */
    public Outbox(
            Env env, Strand strand, IdentityRows rows, BlobStore blobs, ReportingSettings settings, Events events) {
        this.env = env;
        this.strand = strand;
        this.rows = new OutboxRows(rows, blobs, env, strand);
        this.blobs = blobs;
        this.events = events;
        this.room = new Room(settings.maxQueuedRecords(), settings.maxQueuedBytes());
        this.scheduler = new PriorityScheduler<>(settings.priorityClasses(), this::dropped);
        for (Route route : Route.values()) {
            Sender.Source source = new RouteSource(route);
            senders.put(
                    route,
                    switch (route) {
                        case UPDATES, VALIDATIONS, PREDICTIONS, LINES ->
                            new UnarySender(env, strand, source, blobs, new ModelUploads(env, events));
                        case TELEMETRY ->
                            new StreamSender(
                                    env, strand, source, RecordKind.TELEMETRY_RECORD, settings.legacyTelemetry());
                        case ATTRIBUTES -> new StreamSender(env, strand, source, RecordKind.ATTRIBUTE_RECORD, false);
                        case INFERENCE -> new StreamSender(env, strand, source, RecordKind.INFERENCE_RESULT, false);
                    });
        }
        restore();
    }

    private void restore() {
        Set<String> models = new HashSet<>();
        long now = env.nanos();
        Map<String, Long> latest = new HashMap<>();
        rows.restore(
                record -> {
                    room.takeAnyway(record.bytes());
                    record.since(sinceAfter(latest.get(record.priorityClass()), record, now));
                    latest.put(record.priorityClass(), record.since());
                    scheduler.append(record);
                    flushes.began();
                    record.modelId().ifPresent(models::add);
                },
                unreadable -> {
                    for (int i = 0; i < unreadable; i++) {
                        counts.count(new Outcome.Dropped(DropReason.UNREADABLE));
                    }
                });
        blobs.retainOnly(models);
        if (!scheduler.records().isEmpty()) {
            LOG.info(
                    "{} records of an earlier run are waiting to be sent",
                    scheduler.records().size());
            armExpiryCheck();
        }
    }

    /** The age of a record is known by a wall clock only, which may have been wrong or set back: their order is not. */
    private long sinceAfter(@Nullable Long former, OutboxRecord record, long now) {
        long oldest = Math.max(0, scheduler.maxAge(record.priorityClass()) - TRIED_AFTER_START);
        long since = now - Math.min(oldest, now - record.since());
        return former == null || since - former > 0 ? since : former;
    }

    /** The tasks whose results are still to be sent. */
    public Set<String> unsentResults() {
        Set<String> tasks = new HashSet<>();
        unsent().forEach(record -> record.correlationId().ifPresent(tasks::add));
        return tasks;
    }

    /** The pinned models that are still to be sent. */
    public Set<String> unsentModels() {
        Set<String> models = new HashSet<>();
        unsent().forEach(record -> record.modelId().ifPresent(models::add));
        return models;
    }

    private Stream<OutboxRecord> unsent() {
        return Stream.concat(scheduler.records().stream(), leaving.stream());
    }

    /** Tells this listener of the results of tasks from now on. */
    public void resultListener(ResultListener listener) {
        resultListener = listener;
    }

    // From a record to the store.

    /**
     * Takes a record of the host's. From any thread; never blocks and never throws.
     *
     * @param priorityClass the class, if it is not that of its kind
     */
    public Delivery log(RecordBody body, Optional<String> priorityClass) {
        Receipt receipt = new Receipt(env.newId(), env.listeners());
        OutboxRecord record =
                record(body, priorityClass.orElse(Route.priorityClassOf(body.recordKind())), receipt, null, null);
        if (closed) {
            end(record, new Outcome.Dropped(DropReason.CLIENT_CLOSED));
        } else if (!room.take(record.bytes())) {
            end(record, new Outcome.Dropped(DropReason.QUEUE_FULL));
        } else {
            staging.add(record);
            if (stagingScheduled.compareAndSet(false, true)) {
                strand.execute(this::storeStaged);
            }
        }
        return receipt;
    }

    private OutboxRecord record(
            RecordBody body,
            String priorityClass,
            Receipt receipt,
            @Nullable String correlationId,
            @Nullable String modelId) {
        return new OutboxRecord(
                new OutboxRecord.Facts(
                        receipt.id(), body.recordKind(), RecordSize.of(body), env.wall(), correlationId, modelId),
                priorityClass,
                env.nanos(),
                body,
                receipt);
    }

    /** A receipt for something that was wrong from the start. */
    public Delivery reject(EdgeException error) {
        counts.count(new Outcome.Rejected(error));
        return Receipt.rejected(env.newId(), env.listeners(), error);
    }

    private void storeStaged() {
        stagingScheduled.set(false);
        List<OutboxRecord> staged = new ArrayList<>();
        Batch batch = new Batch();
        for (OutboxRecord next = staging.poll(); next != null; next = staging.poll()) {
            if (admit(next) && write(batch, next)) {
                staged.add(next);
            }
        }
        if (staged.isEmpty()) {
            return;
        }
        rows.commit(batch, (ok, error) -> {
            if (error != null) {
                rows.owe(staged);
                Outcome refused = new Outcome.Rejected(notStored(error));
                staged.forEach(record -> release(record, refused));
                flushes.tell();
            } else {
                Stored how = rows.isDurable() ? Stored.DURABLE : Stored.NOT_DURABLE;
                staged.forEach(record -> record.receipt().ifPresent(receipt -> receipt.stored(how)));
                enter(staged);
            }
        });
    }

    /** Lets a record into its class if that has room or makes it. */
    private boolean admit(OutboxRecord record) {
        String name = record.priorityClass();
        boolean fits = scheduler.hasRoom(name, record.bytes());
        while (!fits && scheduler.rulesOf(name).dropsOldest() && scheduler.dropOldest(name)) {
            fits = scheduler.hasRoom(name, record.bytes());
        }
        if (closed || !fits) {
            room.give(record.bytes());
            end(record, new Outcome.Dropped(closed ? DropReason.CLIENT_CLOSED : DropReason.QUEUE_FULL));
            return false;
        }
        return true;
    }

    /** Writes a record into the batch; one that cannot be written is rejected and harms no other. */
    private boolean write(Batch batch, OutboxRecord record) {
        try {
            rows.put(batch, record);
        } catch (RuntimeException unwritable) {
            room.give(record.bytes());
            end(record, new Outcome.Rejected(notStored(unwritable)));
            return false;
        }
        scheduler.appendInFlight(record);
        flushes.began();
        return true;
    }

    private static EdgeException notStored(Throwable error) {
        return new EdgeException(ErrorCode.IO, "the record could not be written down: " + error.getMessage(), error);
    }

    /**
     * Writes the result of a task into a batch. After the batch was committed, {@link #accept(OutboxRecord)} sends it; if it could
     * not be, {@link #acceptUnstored(OutboxRecord)} does.
     *
     * @param modelId the pinned model that must be uploaded first, if there is one
     */
    public OutboxRecord prepare(Batch batch, RecordBody body, String correlationId, Optional<String> modelId) {
        OutboxRecord record = record(
                body,
                Route.priorityClassOf(body.recordKind()),
                new Receipt(env.newId(), env.listeners()),
                correlationId,
                modelId.orElse(null));
        rows.put(batch, record);
        room.takeAnyway(record.bytes());
        scheduler.appendInFlight(record);
        flushes.began();
        return record;
    }

    /** Sends a result whose batch was committed. Results are never dropped for lack of room. */
    public void accept(OutboxRecord record) {
        enter(List.of(record));
    }

    /** Sends a result that could not be written down: a crash loses it, nothing else does. */
    public void acceptUnstored(OutboxRecord record) {
        record.hasNoRow();
        rows.owe(List.of(record));
        enterWaiting(record);
        sender(record).proceed();
    }

    private void enter(List<OutboxRecord> records) {
        Set<Sender> woken = new HashSet<>();
        for (OutboxRecord record : records) {
            rows.keep(record);
            enterWaiting(record);
            woken.add(sender(record));
        }
        senders.values().stream().filter(woken::contains).forEach(Sender::proceed);
    }

    private void enterWaiting(OutboxRecord record) {
        record.phase(OutboxRecord.Phase.SENDING);
        if (closed) {
            release(record, leftOver(record));
        } else {
            scheduler.comeBack(record);
            armExpiryCheck();
        }
    }

    private Sender sender(OutboxRecord record) {
        Sender sender = senders.get(Route.of(record.kind()));
        if (sender == null) {
            throw new AssertionError("no sender for " + record.kind());
        }
        return sender;
    }

    // Sending.

    /** Sends over this transport from now on. */
    public void use(CombinerTransport transport) {
        senders.values().forEach(sender -> sender.use(transport));
    }

    /** The combiner is silent: nothing is begun until {@link #wake()}. */
    public void hold() {
        senders.values().forEach(Sender::hold);
    }

    /** The combiner answers: waits after failures end. */
    public void wake() {
        senders.values().forEach(Sender::wake);
    }

    /** There is little time left: everything is tried again now, and from now on after short waits only. */
    public void hurry() {
        senders.values().forEach(Sender::hurry);
    }

    /** Sends nothing more; what is under way may still be acknowledged. */
    public void rest() {
        senders.values().forEach(sender -> sender.use(null));
    }

    /** Completes when there is nothing left to send. */
    public CompletionStage<@Nullable Void> empty() {
        storeStaged();
        return flushes.empty();
    }

    /** Tries everything again now, and waits for all that was logged so far, but not longer than the given time. */
    public CompletionStage<FlushResult> flush(Duration longest) {
        storeStaged();
        senders.values().forEach(Sender::tryAll);
        Flushes.Flush flush = flushes.flush(rows.nextSequence());
        Cancellable timeout = strand.after(longest.compareTo(LONGEST_FLUSH) < 0 ? longest : LONGEST_FLUSH, flush::end);
        return flush.done().thenApply(done -> {
            timeout.cancel();
            return flush.end();
        });
    }

    /** Ends all sending. What is left stays in a durable store and is dropped, and told so, otherwise. */
    public void close() {
        // What was logged before is still written down.
        storeStaged();
        closed = true;
        if (nextExpiryCheck != null) {
            nextExpiryCheck.cancel();
        }
        senders.values().forEach(Sender::close);
        List<OutboxRecord> left = scheduler.records().stream()
                .filter(record -> record.phase() == OutboxRecord.Phase.SENDING)
                .toList();
        // Those that are being written down or removed are told when that is done.
        long kept = left.stream().filter(this::isKeptAtClose).count();
        left.forEach(record -> release(record, leftOver(record)));
        if (!left.isEmpty()) {
            LOG.warn(
                    "{} records were not sent before the client was closed: {} are kept in the state directory, {} are lost",
                    left.size(),
                    kept,
                    left.size() - kept);
        }
        rows.repayAll();
        flushes.tell();
    }

    private Outcome leftOver(OutboxRecord record) {
        return isKeptAtClose(record) ? new Outcome.Kept() : new Outcome.Dropped(DropReason.CLIENT_CLOSED);
    }

    private boolean isKeptAtClose(OutboxRecord record) {
        return rows.isDurable() && !record.isWithoutRow();
    }

    private final class RouteSource implements Sender.Source {

        private final Route route;
        private int turn;

        RouteSource(Route route) {
            this.route = route;
        }

        @Override
        public @Nullable OutboxRecord next() {
            boolean fair = ++turn % FAIR_TURN == 0;
            return fair
                    ? scheduler.nextOldest(route.number(), env.nanos())
                    : scheduler.next(route.number(), env.nanos());
        }

        @Override
        public void read(List<OutboxRecord> records, Runnable then) {
            rows.read(
                    records,
                    (record, error) -> settle(List.of(record), new Outcome.Dropped(DropReason.UNREADABLE)),
                    then);
        }

        @Override
        public void sent(OutboxRecord record) {
            scheduler.sent(record, env.nanos());
        }

        @Override
        public void comeBack(OutboxRecord record) {
            if (record.phase() == OutboxRecord.Phase.SENDING) {
                rows.keep(record);
                scheduler.comeBack(record);
            }
        }

        @Override
        public void failedOnceMore(OutboxRecord record) {
            rows.update(record);
        }

        @Override
        public void settled(List<OutboxRecord> records, Outcome outcome) {
            settle(records, outcome);
        }
    }

    // The end of records.

    private void dropped(OutboxRecord record, DropReason reason) {
        if (dropping.isEmpty()) {
            strand.execute(this::settleDropped);
        }
        leaving.add(record);
        dropping.computeIfAbsent(reason, any -> new ArrayList<>()).add(record);
    }

    private void settleDropped() {
        Map<DropReason, List<OutboxRecord>> all = new EnumMap<>(dropping);
        dropping.clear();
        all.forEach((reason, records) -> settle(records, new Outcome.Dropped(reason)));
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

    private void settle(List<OutboxRecord> all, Outcome outcome) {
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
                rows.setAside(batch, record, String.valueOf(rejected.error().getMessage()));
            }
            record.correlationId().ifPresent(id -> then.add(resultListener.settle(id, outcome, batch)));
        }
        rows.commit(batch, (done, error) -> {
            if (error != null) {
                // The records may be sent once more after a restart, with their models; the server knows them by their
                // ids.
                LOG.debug("the client could not remove settled records from the store yet", error);
            }
            for (OutboxRecord record : records) {
                if (error == null || record.isWithoutRow()) {
                    rows.releaseModel(record);
                } else {
                    rows.releaseModelLater(record);
                }
                letGo(record, outcome);
            }
            then.forEach(Runnable::run);
            flushes.tell();
        });
    }

    /** Lets go of a record whose fate is known, and of its model. */
    private void release(OutboxRecord record, Outcome outcome) {
        if (!(outcome instanceof Outcome.Kept)) {
            rows.releaseModel(record);
        }
        letGo(record, outcome);
    }

    private void letGo(OutboxRecord record, Outcome outcome) {
        if (!leaving.remove(record)) {
            scheduler.remove(record);
        }
        rows.forget(record);
        room.give(record.bytes());
        flushes.ended(record.sequence());
        end(record, outcome);
    }

    private void end(OutboxRecord record, Outcome outcome) {
        counts.count(outcome);
        record.receipt().ifPresent(receipt -> receipt.settled(outcome));
        events.recordSettled(record::info, outcome);
    }

    /** Records come by the thousand: one line for each kind is enough, the receipts tell the rest. */
    private void warnOnce(RecordKind kind, EdgeException error) {
        if (warnedOf.add(kind)) {
            LOG.warn("{} was rejected: {} (logs further ones at DEBUG)", kind, error.getMessage());
        } else {
            LOG.debug("{} was rejected", kind, error);
        }
    }

    // Looking in, and classes.

    /** What waits and what became of the rest. */
    public Backlog backlog() {
        return Backlog.of(scheduler, counts, env.nanos());
    }

    /** The priority classes but the default one. */
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
