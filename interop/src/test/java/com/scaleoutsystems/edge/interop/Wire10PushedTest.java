package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.network.Generation;

/** Generation 1.0 with pushed tasks, beside the reference client 1.0.1. */
class Wire10PushedTest extends WireTest {
    Wire10PushedTest() {
        super("1.0.1", Generation.V1_0, WireMode.PUSHED);
    }
}
