package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;

/**
 * Lets a server send a model in larger frames than the 16 KiB of HTTP/2, for which gRPC has no setting. Each frame passes through many
 * methods of gRPC and Netty. In a young process the JVM interprets these and then compiles them, and with small frames that costs more than
 * all the rest of a download.
 */
final class LargeFrames extends Http2FrameListenerDecorator {

    /**
     * gRPC sees a frame when it is complete, and a download that sees nothing for its idle timeout is given up. By default that is 60 s, so
     * a link that brings 1.1 KiB a second is fast enough.
     */
    static final int SIZE = 64 << 10;

    private final Http2ConnectionEncoder encoder;
    private boolean told;

    private LargeFrames(Http2FrameListener grpc, Http2ConnectionEncoder encoder) {
        super(grpc);
        this.encoder = encoder;
    }

    /** Allows them on a connection that is not used yet. */
    static void allow(GrpcHttp2ConnectionHandler connection) {
        Http2ConnectionDecoder decoder = connection.decoder();
        decoder.frameListener(new LargeFrames(decoder.frameListener(), connection.encoder()));
    }

    /** When the server's settings come, gRPC has sent its own, and more may follow them. */
    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        super.onSettingsRead(context, settings);
        if (!told) {
            told = true;
            var unused = encoder.writeSettings(context, new Http2Settings().maxFrameSize(SIZE), context.newPromise());
        }
    }
}
