package com.scaleoutsystems.edge.sandbox.internal.wire;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2LifecycleManager;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of a server, which may end at any time, in the middle of a call, too. What waits for the client then can't be sent any
 * more. gRPC logs a stack trace for each such message, although the call has been told already; here nobody hears of it.
 */
final class QuietConnections extends ServerTransportFilter {
    private final Map<SocketAddress, Channel> open = new ConcurrentHashMap<>();

    /** A door for clients, for a server that has this object as a filter. */
    ServerChannel door() {
        return new NioServerSocketChannel() {
            @Override
            protected int doReadMessages(List<Object> accepted) throws Exception {
                int count = super.doReadMessages(accepted);
                accepted.forEach(connection -> add((Channel) connection));
                return count;
            }
        };
    }

    private void add(Channel connection) {
        SocketAddress client = connection.remoteAddress();
        // A client that is gone already has no address.
        if (client != null) {
            open.put(client, connection);
            var unused = connection.closeFuture().addListener(closed -> open.remove(client, connection));
        }
    }

    /** Comes on the thread of the connection, before its first call. */
    @Override
    public Attributes transportReady(Attributes attributes) {
        SocketAddress client = Objects.requireNonNull(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        Channel connection = open.get(client);
        if (connection != null) {
            Http2ConnectionHandler handler = connection.pipeline().get(Http2ConnectionHandler.class);
            handler.encoder().lifecycleManager(new Quiet(handler));
        }
        return attributes;
    }

    /** Passes everything on, except that a message waited for a stream which has ended. */
    private record Quiet(Http2LifecycleManager all) implements Http2LifecycleManager {
        @Override
        public void onError(ChannelHandlerContext context, boolean outbound, Throwable cause) {
            boolean tooLate = cause instanceof Http2Exception.StreamException late
                    && late.error() == Http2Error.STREAM_CLOSED
                    && outbound;
            if (!tooLate) {
                all.onError(context, outbound, cause);
            }
        }

        @Override
        public void closeStreamLocal(Http2Stream stream, ChannelFuture future) {
            all.closeStreamLocal(stream, future);
        }

        @Override
        public void closeStreamRemote(Http2Stream stream, ChannelFuture future) {
            all.closeStreamRemote(stream, future);
        }

        @Override
        public void closeStream(Http2Stream stream, ChannelFuture future) {
            all.closeStream(stream, future);
        }

        @Override
        public ChannelFuture resetStream(
                ChannelHandlerContext context, int stream, long error, ChannelPromise promise) {
            return all.resetStream(context, stream, error, promise);
        }

        @Override
        public ChannelFuture goAway(
                ChannelHandlerContext context, int lastStream, long error, ByteBuf data, ChannelPromise promise) {
            return all.goAway(context, lastStream, error, data, promise);
        }
    }
}
