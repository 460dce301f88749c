package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.network.Generation;

/** Generation 1.1 with pushed tasks, beside the reference client 1.1.0. */
class Wire11PushedTest extends WireTest {
    Wire11PushedTest() {
        super("1.1.0", Generation.V1_1, WireMode.PUSHED);
    }
}
