package com.scaleoutsystems.edge.client.internal.wire;

import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes of a call's messages as they arrive. gRPC hands over whole messages, and over a slow link each takes a while. */
final class ArrivingBytes extends ClientStreamTracer.Factory {

    private final LongAdder count = new LongAdder();

    /** How many bytes have arrived so far. */
    long count() {
        return count.sum();
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
            @Override
            public void inboundWireSize(long bytes) {
                count.add(bytes);
            }
        };
    }
}
