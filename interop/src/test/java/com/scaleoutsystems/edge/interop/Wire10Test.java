package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.network.Generation;

/** Generation 1.0, beside the reference client 1.0.1. */
class Wire10Test extends WireTest {
    Wire10Test() {
        super("1.0.1", Generation.V1_0, WireMode.POLLED);
    }
}
