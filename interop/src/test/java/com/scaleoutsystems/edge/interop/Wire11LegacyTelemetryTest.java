package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.network.Generation;

/** Generation 1.1 with telemetry by calls, beside the reference client 1.1.0. */
class Wire11LegacyTelemetryTest extends WireTest {
    Wire11LegacyTelemetryTest() {
        super("1.1.0", Generation.V1_1, WireMode.LEGACY_TELEMETRY);
    }
}
