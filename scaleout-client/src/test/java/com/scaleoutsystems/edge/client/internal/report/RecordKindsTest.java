package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody.Route;
import com.scaleoutsystems.edge.client.internal.transport.RecordExamples;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must be there for each kind of record. */
class RecordKindsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.000001Z");

    static List<RecordBody> bodies() {
        return RecordExamples.all();
    }

    @Test
    void thereIsOneContentForEachKind() {
        assertThat(bodies().stream().map(body -> body.traits().kind())).containsExactlyInAnyOrder(RecordKind.values());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aRecordIsTheSameAfterARestart(RecordBody body) {
        OutboxRecord record = new OutboxRecord(
                OutboxRecord.Header.of("r-1", body, NOW, null, null),
                body.traits().priorityClass(),
                0,
                body,
                null);
        String row = OutboxCodec.write(record);

        assertThat(row).contains("{\"kind\":\"" + body.traits().kind() + "\"");
        OutboxRecord read = OutboxCodec.read(record.key(), row, NOW, 0);
        assertThat(read.body()).isEqualTo(body);
        assertThat(read.kind()).isEqualTo(body.traits().kind());
        assertThat(read.route()).isEqualTo(record.route());
        assertThat(read.priorityClass()).isEqualTo(body.traits().priorityClass());
        assertThat(read.bytes()).isEqualTo(record.bytes());
    }

    /** Earlier versions wrote times as dates. */
    @Test
    void aRowWithDatesIsReadAgain() {
        String row =
                "{\"v\":1,\"id\":\"r-1\",\"priorityClass\":\"telemetry\",\"loggedAt\":\"2026-01-01T00:00:00.000001Z\","
                        + "\"failures\":2,\"body\":{\"kind\":\"TELEMETRY_RECORD\",\"key\":\"k\",\"payload\":\"{}\","
                        + "\"timestamp\":\"2025-12-31T23:59:59Z\"},\"correlationId\":null,\"modelId\":null}";

        OutboxRecord read = OutboxCodec.read("0000000000000007", row, NOW, 0);

        assertThat(read.loggedAt()).isEqualTo(NOW);
        assertThat(read.failures()).isEqualTo(2);
        assertThat(read.body()).isEqualTo(new RecordBody.Telemetry("k", "{}", Instant.parse("2025-12-31T23:59:59Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[1,2,3]", "[1,\"2\"]", "[1.5,2]", "{}", "\"yesterday\"", "[9223372036854775807,0]"})
    void aRowWithoutAReadableTimeIsRefused(String time) {
        String row = "{\"v\":1,\"id\":\"r-1\",\"loggedAt\":" + time
                + ",\"body\":{\"kind\":\"TELEMETRY_RECORD\",\"key\":\"k\",\"payload\":\"{}\",\"timestamp\":[0,0]}}";

        assertThatThrownBy(() -> OutboxCodec.read("0000000000000007", row, NOW, 0))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.DATA_LOSS));
    }

    /** Earlier releases stored records of any length. Jackson reads no text of more than 20 million characters by default. */
    @Test
    void aLongRecordOfAnEarlierReleaseIsReadAgain() {
        RecordBody line = new RecordBody.StatusLine("x".repeat(21_000_000), LogLevel.INFO, "", NOW);
        OutboxRecord record = new OutboxRecord(
                OutboxRecord.Header.of("r-1", line, NOW, null, null),
                line.traits().priorityClass(),
                0,
                line,
                null);
        String row = OutboxCodec.write(record);

        assertThat(OutboxCodec.read(record.key(), row, NOW, 0).body()).isEqualTo(line);
        assertThat(OutboxCodec.readBody(record.key(), row)).isEqualTo(line);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void listenersLearnKindKeyAndPayload(RecordBody body) {
        OutboxRecord record =
                new OutboxRecord(OutboxRecord.Header.of("r-1", body, NOW, null, null), "mine", 0, body, null);
        boolean keyed = Arrays.stream(body.getClass().getRecordComponents())
                .anyMatch(field -> field.getName().equals("key"));

        RecordInfo info = record.info();

        assertThat(info.id()).isEqualTo("r-1");
        assertThat(info.kind()).isEqualTo(body.traits().kind());
        assertThat(info.priorityClass()).isEqualTo("mine");
        assertThat(info.key()).isEqualTo(keyed ? "the key" : "");
        assertThat(info.payload()).isEqualTo(keyed ? Optional.of("{\"value\": 1.5}") : Optional.empty());
        record.body(null);
        assertThat(record.info().payload()).as("on disk only").isEmpty();
    }

    /** A server refuses a message of more than 4 MiB, whatever its text is made of and whichever field is too long. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "\u20ac"})
    void aRecordThatNoMessageCanHoldIsRefusedWhicheverFieldIsTooLong(String character) {
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        String tooLong = character.repeat(RecordBody.MOST_BYTES / bytes + 1);
        List<RecordBody> all = RecordExamples.with(tooLong);

        assertThat(all.stream().map(body -> body.traits().kind())).contains(RecordKind.values());
        assertThat(all)
                .allSatisfy(body -> assertThatThrownBy(body::requireFits)
                        .isInstanceOfSatisfying(EdgeException.class, error -> {
                            assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                            assertThat(error.retryable()).isFalse();
                        })
                        .hasMessageContaining("this " + body.traits().kind() + " has ")
                        .hasMessageContaining(" bytes; a record holds at most 3145728")
                        .hasMessageContaining("send its content in several records"));
        assertThat(bodies()).allSatisfy(RecordBody::requireFits);
    }

    /** The senders go by it: a stream carries the records of one kind, and all of them. */
    @Test
    void aStreamBelongsToTheRouteOfItsKind() {
        for (RecordBody body : bodies()) {
            Route route = body.traits().route();
            assertThat(route.stream().orElse(body.traits().kind()))
                    .isEqualTo(body.traits().kind());
        }
        assertThat(bodies().stream().map(body -> body.traits().route())).contains(Route.values());
    }
}
