package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Pauses;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Sends the records of one route. Each sender waits out its own failures and holds up no other.
 *
 * <p>A failure of the network or of the login says nothing about the records: they are tried again for as long as it takes. One that
 * fails so again and again while other calls are answered steps aside, so that others are sent meanwhile. Any other failure may lie in a
 * record itself: it steps aside for a growing while, and is given up after a number of attempts, which take more than an hour. Whatever a
 * step throws is such a failure, too.
 */
abstract class Sender {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** How a route waits after failures. */
    private static final RetryPolicy PATIENCE = RetryPolicy.defaults()
            .withMaxAttempts(10)
            .withFirstDelay(Duration.ofMillis(500))
            .withMaxDelay(Duration.ofSeconds(60));

    /** How a record waits that may be at fault itself: a server that is broken for a while should cost nothing. */
    private static final RetryPolicy PATIENCE_WITH_ONE = RetryPolicy.defaults()
            .withMaxAttempts(10)
            .withFirstDelay(Duration.ofMillis(500))
            .withMultiplier(3)
            .withMaxDelay(Duration.ofHours(1));

    /** While the client closes, there is no time for long waits. */
    private static final RetryPolicy HURRY = RetryPolicy.defaults()
            .withMaxAttempts(10)
            .withFirstDelay(Duration.ofMillis(100))
            .withMaxDelay(Duration.ofSeconds(1));

    /** A record that the network failed so often, while other calls were answered, lets others pass. */
    private static final int UNLUCKY = 3;

    /** So many records are read from the store at once. */
    private static final int READ_AT_ONCE = 128;

    /** Where a sender gets its records, and tells of them. */
    interface Source {

        /** The next record of the route, which is in flight from now on. */
        @Nullable
        OutboxRecord next();

        /** Whether the host lets this record leave now. */
        boolean mayGo(OutboxRecord record);

        /** Reads the content of records from the store; those that cannot be read are settled and have none afterwards. */
        void read(List<OutboxRecord> records, Runnable then);

        /** What to send with the calls for this record. */
        Map<String, String> headers(OutboxRecord record);

        /** The record is on its way. */
        void sent(OutboxRecord record);

        /** The record is to be handed out again. */
        void comeBack(OutboxRecord record);

        /** The record failed once more for a reason that may lie in itself. */
        void failedOnceMore(OutboxRecord record);

        /** The record steps aside, not for the first time, or for a reason that people must mend. */
        void inTrouble(OutboxRecord record, EdgeException error);

        /** The fate of records is known. */
        void settled(List<OutboxRecord> records, Outcome outcome);
    }

    private record Aside(OutboxRecord record, Cancellable end) {}

    private final Map<String, Aside> aside = new LinkedHashMap<>();
    private final Env env;
    private final Strand strand;
    private final Source source;
    private final RecordRate rate;
    private final Pauses pauses;
    private @Nullable CombinerTransport transport;
    private RetryPolicy patience = PATIENCE;
    private RetryPolicy patienceWithOne = PATIENCE_WITH_ONE;

    /** When another call was answered last, in nanoseconds; meaningless as long as none was. */
    private long othersAnswered;

    private boolean reading;
    private boolean held;
    private boolean closed;

    Sender(Env env, Strand strand, Source source, RecordRate rate) {
        this.env = env;
        this.strand = strand;
        this.source = source;
        this.rate = rate;
        this.pauses = new Pauses(env, strand, PATIENCE, this::proceed);
        this.othersAnswered = env.nanos();
    }

    final Env env() {
        return env;
    }

    final Strand strand() {
        return strand;
    }

    final Source source() {
        return source;
    }

    /** Sends over this transport from now on, or keeps everything until there is one. */
    void use(@Nullable CombinerTransport combiner) {
        transport = combiner;
        proceed();
    }

    /** The combiner is silent: begin nothing until it answers, because it would get twice what it gets in the meantime. */
    final void hold() {
        held = true;
        held(true);
        pauses.othersFail();
    }

    /** Learns whether the combiner is silent. */
    void held(boolean now) {}

    /** The host has changed what the client may use the network for. */
    void policyChanged(NetworkPolicy policy) {
        proceed();
    }

    /** Another call was not answered. */
    final void othersFail() {
        pauses.othersFail();
    }

    /** Another call was answered: what an outage holds up goes on. */
    final void othersAnswer() {
        othersAnswered = env.nanos();
        if (held) {
            held = false;
            held(false);
        }
        pauses.othersAnswer();
        proceed();
    }

    /** There is little time left: everything is tried again now, and from now on after short waits only. */
    final void hurry() {
        patience = HURRY;
        patienceWithOne = HURRY;
        tryAll();
    }

    /** Everything is tried again now, what has stepped aside too. */
    final void tryAll() {
        pauses.reset(patience);
        List.copyOf(aside.keySet()).forEach(this::stepBackIn);
        held = false;
        held(false);
        proceed();
    }

    /** Sends nothing from now on, and ignores the ends of calls in progress. */
    void close() {
        closed = true;
        transport = null;
        aside.values().forEach(one -> one.end().cancel());
        aside.clear();
        pauses.end();
    }

    /** Sends as much as may be in flight. */
    final void proceed() {
        CombinerTransport combiner = transport;
        while (combiner != null && mayGoOn()) {
            OutboxRecord record = source.next();
            if (record == null) {
                return;
            }
            RecordBody body = record.body();
            if (body == null) {
                read(record);
            } else {
                begin(combiner, record, body);
            }
        }
    }

    private boolean mayGoOn() {
        return !pauses.isOn() && !held && !reading && room() > 0 && rate.hasTurn();
    }

    /** Brings the content of this record and of those that come next into memory, and then sends them. */
    private void read(OutboxRecord first) {
        List<OutboxRecord> records = new ArrayList<>();
        int most = Math.min(rate.atOnce(), Math.min(room(), READ_AT_ONCE));
        for (OutboxRecord next = first; next != null; next = records.size() < most ? source.next() : null) {
            records.add(next);
        }
        reading = true;
        source.read(records, () -> {
            reading = false;
            sendRead(records);
            proceed();
        });
    }

    private void sendRead(List<OutboxRecord> records) {
        List<OutboxRecord> unread = new ArrayList<>();
        for (OutboxRecord record : records) {
            CombinerTransport combiner = transport;
            RecordBody body = record.body();
            if (record.phase() == OutboxRecord.Phase.SETTLED || closed) {
                continue;
            }
            if (body == null) {
                unread.add(record);
            } else if (combiner != null && source.mayGo(record) && mayGoOn()) {
                begin(combiner, record, body);
            } else {
                source.comeBack(record);
            }
        }
        if (!unread.isEmpty()) {
            failed(unread);
        }
    }

    /** What is thrown here is a failure of this record, which must not stay in flight for ever. */
    private void begin(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        record.begins(env.nanos());
        rate.taken();
        try {
            send(combiner, record, body);
        } catch (Throwable fault) {
            ended(record, fault);
        }
    }

    /** How many more records may be in flight. */
    abstract int room();

    abstract void send(CombinerTransport combiner, OutboxRecord record, RecordBody body);

    /** The attempt for a record has failed, unless it has ended already: the record is no longer in flight. */
    abstract void ended(OutboxRecord record, @Nullable Throwable failure);

    /** Begins work for a record, and hands its result to a step. What either of them throws ends the attempt. */
    final <T extends @Nullable Object> void when(
            OutboxRecord record,
            Supplier<? extends CompletionStage<T>> work,
            BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
        strand.when(Stages.begun(work), step, fault -> {
            ended(record, fault);
            proceed();
        });
    }

    final void delivered(List<OutboxRecord> records) {
        if (!closed) {
            pauses.succeeded();
            source.settled(records, new Outcome.Delivered());
        }
    }

    /** Several records failed together, and it is unknown which of them is at fault, if any: try all of them again. */
    final void failed(List<OutboxRecord> records) {
        if (!closed) {
            records.forEach(source::comeBack);
            pauses.failed();
        }
    }

    /** A record failed: it is tried again if that may help, and given up otherwise. */
    final void failed(OutboxRecord record, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        try {
            judge(record, SendFailures.of(failure));
        } catch (Throwable fault) {
            LOG.debug("the failure of {} could not be dealt with", record, fault);
            stepBackIn(record.id());
            source.comeBack(record);
            pauses.failed();
        }
    }

    private void judge(OutboxRecord record, EdgeException error) {
        if (FailureKind.isForGood(error)) {
            source.settled(List.of(record), new Outcome.Rejected(error));
        } else if (mayLieInTheRecord(error)) {
            failedByItself(record, error);
        } else if (isLate(record, error)) {
            stepAside(record, error, record.lateOnceMore(), patienceWithOne);
        } else if (provesUnlucky(record, error)) {
            stepAside(record, error, record.passedOverOnceMore(), patience);
        } else {
            source.comeBack(record);
            pauses.failed();
        }
    }

    private void failedByItself(OutboxRecord record, EdgeException error) {
        record.failures(record.failures() + 1);
        if (record.failures() >= PATIENCE_WITH_ONE.maxAttempts()) {
            source.settled(List.of(record), new Outcome.Rejected(SendFailures.givenUp(error, record.failures())));
            pauses.failedByItself();
        } else {
            source.failedOnceMore(record);
            stepAside(record, error, record.failures(), patienceWithOne);
        }
    }

    /** The combiner has answered another call since this attempt began, and answers others still, but not this record. */
    private boolean isLate(OutboxRecord record, EdgeException error) {
        boolean othersPass = !held && !pauses.isOutage() && record.wasBegunBefore(othersAnswered);
        return othersPass && FailureKind.of(error) == FailureKind.TIMEOUT;
    }

    /** Whether the network fails this record for good while it lets other calls through; counts the failure. */
    final boolean provesUnlucky(OutboxRecord record, EdgeException error) {
        if (Misfits.explain(error)) {
            // The network is well, and only another start of the program helps: others may pass, and people are to
            // know.
            return true;
        }
        boolean common = FailureKind.isForAllCalls(error) || pauses.isOutage() || held;
        return FailureKind.of(error) == FailureKind.TOO_LARGE
                || (!common && record.unlucky(othersAnswered, env.nanos()) >= UNLUCKY);
    }

    /** Whether the reason may be one record, so that it should be tried alone. */
    static boolean mayLieInTheRecord(EdgeException error) {
        return !FailureKind.isOfTheNetwork(error);
    }

    /** Others are sent meanwhile. They wait for the growing pauses of the way only if this record fails for the first time. */
    private void stepAside(OutboxRecord record, EdgeException error, int times, RetryPolicy patienceNow) {
        FailureKind kind = FailureKind.of(error);
        Duration own = Backoff.earned(patienceNow, env.random(), times);
        // The pauses that a limit of the rate has earned go on: the next record has its turn before this one is back.
        Duration time = kind == FailureKind.RATE_LIMIT ? own.plus(patienceNow.maxDelay()) : own;
        aside.put(record.id(), new Aside(record, strand.after(time, () -> {
            stepBackIn(record.id());
            proceed();
        })));
        boolean trouble = times > 1 || kind == FailureKind.TOO_LARGE;
        if (trouble) {
            source.inTrouble(record, error);
        }
        if (trouble && kind != FailureKind.RATE_LIMIT) {
            pauses.failedByItself();
        } else {
            pauses.failed();
        }
    }

    private void stepBackIn(String id) {
        Aside back = aside.remove(id);
        if (back != null) {
            back.end().cancel();
            source.comeBack(back.record());
        }
    }
}
