package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody.Route;
import com.scaleoutsystems.edge.client.internal.transport.RecordExamples;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
