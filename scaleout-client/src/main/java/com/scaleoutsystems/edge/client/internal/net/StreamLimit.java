package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;

/**
 * How many calls a connection takes at a time. The server says it when it accepts the connection. gRPC does not tell the limit; it lets a
 * call that is one too many wait until another one ends, and the streams of records may stay open for ever. From any thread.
 */
final class StreamLimit {

    /** What HTTP/2 recommends to servers as the least, and what most of those that have a limit have. Holds until the server speaks. */
    private static final int USUAL = 100;

    /** Servers may have no limit; but each connection has one thread of gRPC, and other processors should get some of the work. */
    private static final int MOST = 500;

    private volatile int calls = USUAL;

    /** The number of calls that the connection takes, at least 1. */
    int calls() {
        return calls;
    }

    /** Learns the limit of a connection that is not used yet. */
    void watch(GrpcHttp2ConnectionHandler handler) {
        Http2Connection connection = handler.connection();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(Http2Stream stream) {
                // gRPC opens no stream before the server has sent its settings.
                calls = Math.max(1, Math.min(MOST, connection.local().maxActiveStreams()));
            }
        });
    }
}
