package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.network.Generation;

/** Generation 1.1, beside the reference client 1.1.0. */
class Wire11Test extends WireTest {
    Wire11Test() {
        super("1.1.0", Generation.V1_1, WireMode.POLLED);
    }
}
