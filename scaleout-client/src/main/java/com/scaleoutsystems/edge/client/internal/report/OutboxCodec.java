package com.scaleoutsystems.edge.client.internal.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The form of outbox records in the state store. Fields that a newer release added are ignored; a row of a version that cannot be
 * understood is refused.
 */
final class OutboxCodec {

    private static final int VERSION = 1;

    /** What is written; absent texts are null. */
    private record Row(
            int v,
            @Nullable String id,
            @Nullable String priorityClass,
            @Nullable Instant loggedAt,
            int failures,
            @Nullable RecordBody body,
            @Nullable String correlationId,
            @Nullable String modelId) {}

    private static final JsonMapper MAPPER = JsonMapper.builder(Json.ANY_LENGTH)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, new InstantWriter())
                    .addDeserializer(Instant.class, new InstantReader()))
            .build();

    private OutboxCodec() {}

    /** Writes the row of a record. The content of the record must be in memory. */
    static String write(OutboxRecord record) {
        try {
            return MAPPER.writeValueAsString(new Row(
                    VERSION,
                    record.id(),
                    record.priorityClass(),
                    record.loggedAt(),
                    record.failures(),
                    record.body(),
                    record.correlationId().orElse(null),
                    record.modelId().orElse(null)));
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    ErrorCode.INTERNAL, "a record cannot be written to the store: " + Failures.describe(e), e);
        }
    }

    /**
     * Reads a row.
     *
     * @param wall the time now, by the clock that the row was written by
     * @param nanos the same, by the clock for ages
     * @throws EdgeException DATA_LOSS if the row cannot be understood
     */
    static OutboxRecord read(String key, String row, Instant wall, long nanos) {
        Row read = parse(key, row);
        RecordBody body = read.body();
        Instant loggedAt = read.loggedAt();
        String id = read.id();
        if (read.v() != VERSION || id == null || body == null || loggedAt == null) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS,
                    "row " + key + " of the outbox has version " + read.v() + " and lacks what version " + VERSION
                            + " must have");
        }
        // A wall clock that was put back makes nothing younger than new.
        Duration age = Duration.between(loggedAt, wall);
        long since = nanos - (age.isNegative() ? 0 : saturated(age));
        String named = read.priorityClass();
        OutboxRecord record = new OutboxRecord(
                OutboxRecord.Header.of(id, body, loggedAt, read.correlationId(), read.modelId()),
                named == null ? body.traits().priorityClass() : named,
                since,
                body,
                null);
        record.sequence(HexFormat.fromHexDigitsToLong(key));
        record.failures(read.failures());
        return record;
    }

    /** The content of a row that was read before. */
    static RecordBody readBody(String key, String row) {
        RecordBody body = parse(key, row).body();
        if (body == null) {
            throw new EdgeException(ErrorCode.DATA_LOSS, "row " + key + " of the outbox has no content");
        }
        return body;
    }

    private static Row parse(String key, String row) {
        try {
            return MAPPER.readValue(row, Row.class);
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS, "row " + key + " of the outbox cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static long saturated(Duration age) {
        return age.compareTo(Duration.ofDays(36_500)) < 0
                ? age.toNanos()
                : Duration.ofDays(36_500).toNanos();
    }

    /** Seconds and nanoseconds: a date would take longer to write and to read than all the rest of a row. */
    private static final class InstantWriter extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider serializers) throws IOException {
            out.writeStartArray();
            out.writeNumber(value.getEpochSecond());
            out.writeNumber(value.getNano());
            out.writeEndArray();
        }
    }

    /** Earlier versions wrote dates. */
    private static final class InstantReader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (!in.isExpectedStartArrayToken()) {
                return Instant.parse(in.getValueAsString());
            }
            Instant read = Instant.ofEpochSecond(number(in), number(in));
            if (in.nextToken() != JsonToken.END_ARRAY) {
                throw notTwoNumbers(in);
            }
            return read;
        }

        private static long number(JsonParser in) throws IOException {
            if (in.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw notTwoNumbers(in);
            }
            return in.getLongValue();
        }

        private static IOException notTwoNumbers(JsonParser in) {
            return MismatchedInputException.from(in, Instant.class, "a time is two numbers");
        }
    }
}
