package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The fate of records as lines of JSON. */
class EventWriterTest {

    private static final RecordInfo RECORD = RecordInfo.of("id-1", RecordKind.TELEMETRY_RECORD, "telemetry")
            .withKey("seq")
            .withPayload("{\"seq\": 7}");

    private static List<String> told(Outcome outcome) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                InputStream.nullInputStream(),
                Map.of(),
                new FakeProcess());
        EventWriter writer = new EventWriter(console, EventFormat.JSON);
        writer.clientId(() -> "c");
        writer.recordSettled(RECORD, outcome);
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(EventWriterTest::withoutTime)
                .toList();
    }

    private static String withoutTime(String line) {
        JsonNode event = Run.parse(line);
        ((ObjectNode) event).remove("time");
        return event.toString();
    }

    @Test
    void aDeliveredRecordIsToldWithItsNumber() {
        assertThat(told(new Outcome.Delivered()))
                .containsExactly(
                        "{\"event\":\"delivered\",\"client\":\"c\",\"kind\":\"TelemetryRecord\",\"id\":\"id-1\",\"seq\":7}");
    }

    @Test
    void aDroppedOrRejectedRecordIsToldWithTheReason() {
        assertThat(told(new Outcome.Dropped(DropReason.QUEUE_FULL)))
                .containsExactly(
                        "{\"event\":\"dropped\",\"client\":\"c\",\"kind\":\"TelemetryRecord\",\"id\":\"id-1\",\"reason\":\"QUEUE_FULL\"}");
        assertThat(told(new Outcome.Rejected(new EdgeException(ErrorCode.INVALID_ARGUMENT, "not wanted"))))
                .singleElement()
                .asString()
                .contains("\"event\":\"dropped\"", "\"reason\":\"REJECTED: ", "not wanted");
    }

    @Test
    void aRecordThatIsKeptForTheNextStartIsNotToldYet() {
        assertThat(told(new Outcome.Kept())).isEmpty();
    }
}
