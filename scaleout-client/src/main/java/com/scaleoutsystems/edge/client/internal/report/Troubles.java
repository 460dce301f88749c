package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * The records that keep failing. The first of each cause is a warning and an event, and so is one more after each hour, because records
 * come by the thousand. The client's health names all causes until their records have ended. Lives on the client's strand.
 */
final class Troubles {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    private static final Duration SAID_AGAIN = Duration.ofHours(1);

    /** What records have in common that fail for one reason. */
    private record Cause(RecordKind kind, ErrorCode code, boolean tooLarge) {

        static Cause of(OutboxRecord record, EdgeException error) {
            return new Cause(record.kind(), error.code(), FailureKind.of(error) == FailureKind.TOO_LARGE);
        }
    }

    private final Env env;
    private final ListenerCalls listeners;
    private final Map<OutboxRecord, EdgeException> failing = new LinkedHashMap<>();
    private final Map<Cause, Long> saidAt = new HashMap<>();

    Troubles(Env env, ListenerCalls listeners) {
        this.env = env;
        this.listeners = listeners;
    }

    /** A record failed once more, and waits while others are sent. */
    void add(OutboxRecord record, EdgeException error) {
        failing.put(record, error);
        Cause cause = Cause.of(record, error);
        String text =
                record + " cannot be sent yet, and the client sends other records meanwhile: " + error.getMessage();
        Long said = saidAt.get(cause);
        if (said == null || env.nanos() - said >= SAID_AGAIN.toNanos()) {
            saidAt.put(cause, env.nanos());
            LOG.warn("{} (logs further ones at DEBUG for an hour)", text);
            listeners.error(new EdgeException(error.code(), text, error, true, error.attempts()));
        } else {
            LOG.debug("{}", text);
        }
    }

    /** The record has ended. */
    void remove(OutboxRecord record) {
        failing.remove(record);
    }

    /** One line for each cause. */
    List<String> lines() {
        Map<Cause, Failing> causes = new LinkedHashMap<>();
        failing.forEach((record, error) -> causes.merge(
                Cause.of(record, error),
                new Failing(1, error),
                (all, one) -> new Failing(all.count() + one.count(), one.last())));
        List<String> lines = new ArrayList<>();
        causes.forEach((cause, records) -> lines.add(cause.kind() + ": " + records.count()
                + " cannot be sent yet; the last error: " + records.last().getMessage()));
        return lines;
    }

    private record Failing(int count, EdgeException last) {}
}
