package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a client with its default settings costs a combiner that has nothing for it. */
class IdleTest {

    /** Of the reference client: 12 polls, 30 heartbeats, 2 reports of its backlog. */
    private static final int REFERENCE_CALLS = 44;

    @Test
    void anIdleClientCallsNoMoreOftenThanTheReference() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = new SimulatedClient(1, null, ReportingSettings.defaults(), disk);
            client.start();
            client.runFor(Duration.ofMinutes(2));
            long before = client.combiner.calls("");
            int records = client.combiner.records(RecordBody.Telemetry.class).size();

            client.runFor(Duration.ofMinutes(10));

            assertThat((client.combiner.calls("") - before) / 10.0).isBetween(20.0, (double) REFERENCE_CALLS);
            assertThat(client.combiner.records(RecordBody.Telemetry.class).size() - records)
                    .as("memory and CPU are still told")
                    .isPositive();
        }
    }
}
