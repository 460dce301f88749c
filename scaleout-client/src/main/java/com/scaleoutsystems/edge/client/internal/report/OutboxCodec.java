package com.scaleoutsystems.edge.client.internal.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The form of outbox records in the state store. Fields that a newer release added are ignored. */
final class OutboxCodec {

    /** What is written; absent texts are null. */
    private record Row(
            RecordBody body,
            @Nullable String correlationId,
            @Nullable String modelId) {}

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, new InstantWriter())
                    .addDeserializer(Instant.class, new InstantReader()))
            .build();

    private OutboxCodec() {}

    static String write(OutboxRecord record) {
        try {
            return MAPPER.writeValueAsString(new Row(
                    record.body(),
                    record.correlationId().orElse(null),
                    record.modelId().orElse(null)));
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    ErrorCode.INTERNAL, "a record cannot be written to the store: " + e.getMessage(), e);
        }
    }

    static OutboxRecord read(String id, String row) {
        try {
            Row read = MAPPER.readValue(row, Row.class);
            return new OutboxRecord(
                    id, read.body(), Optional.ofNullable(read.correlationId()), Optional.ofNullable(read.modelId()));
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS, "record " + id + " in the store cannot be read: " + e.getMessage(), e);
        }
    }

    private static final class InstantWriter extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider serializers) throws IOException {
            out.writeString(value.toString());
        }
    }

    private static final class InstantReader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return Instant.parse(in.getValueAsString());
        }
    }
}
