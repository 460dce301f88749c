package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client with its default settings costs a combiner that has nothing for it. */
class IdleTest {

    /** The reference client, measured: 12 polls, 29 or 30 heartbeats, 2 reports of its backlog, and 24 records. */
    private static final long REFERENCE_CALLS = 43;

    private static final long REFERENCE_RECORDS = 24;

    @Test
    void anIdleClientSendsNoMoreThanTheReference() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = new SimulatedClient(1, null, ReportingSettings.defaults(), disk);
            client.start();
            client.runFor(Duration.ofMinutes(2));
            for (int minute = 0; minute < 10; minute++) {
                Sent before = Sent.by(client);

                client.runFor(Duration.ofMinutes(1));

                Sent sent = Sent.by(client).minus(before);
                assertThat(sent.calls()).as("%s", sent).isLessThanOrEqualTo(REFERENCE_CALLS);
                assertThat(sent.records()).as("%s", sent).isEqualTo(REFERENCE_RECORDS);
                assertThat(sent.polls()).as("%s", sent).isEqualTo(12);
                assertThat(sent.heartbeats()).as("%s", sent).isBetween(28L, 29L);
                assertThat(sent.backlogReports()).as("%s", sent).isEqualTo(2);
            }
        }
    }

    @Test
    void theStateOfAnIdleClientStaysSmall() {
        assertStaysSmall(Duration.ofHours(1));
    }

    @Test
    @Tag("nightly")
    void theStateOfAClientThatIdlesForAWeekStaysSmall() {
        assertStaysSmall(Duration.ofDays(7));
    }

    /** Each record of telemetry is stored, and deleted when the server has it. */
    private static void assertStaysSmall(Duration idle) {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = new SimulatedClient(1, null, ReportingSettings.defaults(), disk);
            client.start();
            for (Duration time = Duration.ZERO; time.compareTo(idle) < 0; time = time.plusMinutes(1)) {
                client.runFor(Duration.ofMinutes(1));

                long bytes = disk.disk().names().stream()
                        .mapToLong(disk.disk()::size)
                        .sum();
                assertThat(bytes).as("after %s", time).isLessThan(256 << 10);
            }
            assertThat(Sent.by(client).records()).isGreaterThan(20 * idle.toMinutes());
        }
    }

    /** What a client has sent so far. Opening a stream is a call, too. */
    private record Sent(long calls, long polls, long heartbeats, long backlogReports, long records) {

        static Sent by(SimulatedClient client) {
            SimulatedCombiner combiner = client.combiner;
            return new Sent(
                    combiner.calls("") + combiner.opened(RecordKind.TELEMETRY_RECORD),
                    combiner.calls("poll"),
                    combiner.calls("heartbeat"),
                    combiner.calls("backlog"),
                    combiner.records(RecordBody.Telemetry.class).size());
        }

        Sent minus(Sent other) {
            return new Sent(
                    calls - other.calls,
                    polls - other.polls,
                    heartbeats - other.heartbeats,
                    backlogReports - other.backlogReports,
                    records - other.records);
        }
    }
}
