package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The form of ledger rows in the state store. Fields that a newer release added are ignored. */
final class LedgerCodec {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private LedgerCodec() {}

    static String write(LedgerEntry entry) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("step", entry.step().name());
        fields.put("change", entry.change());
        fields.put("status", entry.status());
        fields.put("response", entry.response());
        fields.put("ran", entry.mayHaveRun());
        fields.put("started_at", text(entry.startedAt()));
        fields.put("completed_at", text(entry.completedAt()));
        entry.request().ifPresent(request -> fields.put("request", write(request)));
        return Json.write("a ledger row", fields);
    }

    private static Map<String, @Nullable Object> write(TaskRequest request) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("type", request.type());
        fields.put("model_id", request.modelId());
        fields.put("session_id", request.sessionId());
        fields.put("round_id", request.roundId());
        fields.put("data", request.data());
        fields.put("status", request.status());
        return fields;
    }

    /** The entry of a row; empty if the row cannot be understood. */
    static Optional<LedgerEntry> read(String correlationId, String row) {
        try {
            Map<String, @Nullable Object> fields = Json.readObject("a ledger row", row);
            LedgerEntry.Step step = LedgerEntry.Step.valueOf(text(fields, "step"));
            boolean ended = step == LedgerEntry.Step.DONE || step == LedgerEntry.Step.TOLD;
            return Optional.of(new LedgerEntry(
                    correlationId,
                    step,
                    fields.get("change") instanceof Number number ? number.longValue() : 0,
                    fields.get("request") instanceof Map<?, ?> request
                            ? Optional.of(request(correlationId, request))
                            : Optional.empty(),
                    text(fields, "status"),
                    text(fields, "response"),
                    // An earlier process may have begun what it received, and older releases did not say.
                    !ended || !Boolean.FALSE.equals(fields.get("ran")),
                    instant(fields.get("started_at")),
                    instant(fields.get("completed_at"))));
        } catch (RuntimeException notUnderstood) {
            LOG.debug("the client's record of task {} is unreadable", correlationId, notUnderstood);
            return Optional.empty();
        }
    }

    private static TaskRequest request(String correlationId, Map<?, ?> fields) {
        return TaskRequest.of(correlationId, text(fields, "type"))
                .withModelId(text(fields, "model_id"))
                .withSessionId(text(fields, "session_id"))
                .withRoundId(text(fields, "round_id"))
                .withData(text(fields, "data"))
                .withStatus(text(fields, "status"));
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static @Nullable Instant instant(@Nullable Object text) {
        return text instanceof String given ? Instant.parse(given) : null;
    }
}
