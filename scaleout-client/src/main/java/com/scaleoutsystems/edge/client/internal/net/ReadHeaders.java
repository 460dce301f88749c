package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;

/** Changes the headers and trailers of each answer before gRPC reads them. */
final class ReadHeaders extends Http2FrameListenerDecorator {

    /** A change. */
    @FunctionalInterface
    interface Change {
        /**
         * Changes the headers or trailers of an answer.
         *
         * @param stream the number of the call's stream
         */
        void apply(int stream, Http2Headers headers);
    }

    private final Change change;

    private ReadHeaders(Http2FrameListener grpc, Change change) {
        super(grpc);
        this.change = change;
    }

    /** Changes what comes over a connection that is not used yet. */
    static void change(GrpcHttp2ConnectionHandler connection, Change change) {
        Http2ConnectionDecoder decoder = connection.decoder();
        decoder.frameListener(new ReadHeaders(decoder.frameListener(), change));
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        change.apply(stream, headers);
        super.onHeadersRead(context, stream, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        change.apply(stream, headers);
        super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, end);
    }
}
