package com.scaleoutsystems.edge.client.network;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Speaks HTTP/2 without TLS, and gives each call the answer that the test has set, whatever the call is. */
public final class PageServer implements AutoCloseable {

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param headers further headers
     * @param body what follows the headers, if anything
     * @param trailers what follows the body, if anything
     */
    public record Page(int status, Map<String, String> headers, byte[] body, Map<String, String> trailers) {

        /** An answer as web servers give it. */
        public static Page of(int status, String type, String body) {
            Map<String, String> headers =
                    type.isEmpty() ? Map.of() : Map.of("content-type", type, "server", "nginx", "location", "/login");
            return new Page(status, headers, body.getBytes(StandardCharsets.UTF_8), Map.of());
        }

        /** A page of HTML. */
        public static Page html(int status) {
            return of(
                    status,
                    "text/html",
                    "<html>\r\n<head><title>" + status
                            + " Oops</title></head>\r\n<body>grpc-status: 5</body>\r\n</html>\r\n");
        }

        /** The refusal of a server that speaks gRPC. */
        public static Page grpc(int status, int code, String message) {
            return new Page(
                    status,
                    Map.of("content-type", "application/grpc", "grpc-status", "" + code, "grpc-message", message),
                    new byte[0],
                    Map.of());
        }

        /** An empty message of a server that speaks gRPC, which ends well. */
        public static Page message() {
            return new Page(
                    200, Map.of("content-type", "application/grpc+proto"), new byte[5], Map.of("grpc-status", "0"));
        }
    }

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Channel door;
    private volatile Page page = Page.html(200);
    private volatile boolean resets;

    public PageServer() {
        door = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Answering());
                                            }
                                        }));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    public int port() {
        return ((InetSocketAddress) door.localAddress()).getPort();
    }

    /** Every call gets this answer from now on. */
    public void answer(Page answer) {
        page = answer;
        resets = false;
    }

    /** Every call is broken off from now on. */
    public void reset() {
        resets = true;
    }

    /** The paths of the calls that came. */
    public List<String> calls() {
        return calls;
    }

    @Override
    public void close() {
        door.close().syncUninterruptibly();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Answering extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext stream, Object frame) {
            ReferenceCountUtil.release(frame);
            if (frame instanceof Http2HeadersFrame call) {
                calls.add(String.valueOf(call.headers().path()));
                answer(stream);
            }
        }

        private void answer(ChannelHandlerContext stream) {
            if (resets) {
                stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
                return;
            }
            Page answer = page;
            boolean body = answer.body().length > 0;
            boolean trailers = !answer.trailers().isEmpty();
            Http2Headers head = headers(answer.headers()).status(String.valueOf(answer.status()));
            stream.write(new DefaultHttp2HeadersFrame(head, !body && !trailers));
            if (body) {
                stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(answer.body()), !trailers));
            }
            if (trailers) {
                stream.write(new DefaultHttp2HeadersFrame(headers(answer.trailers()), true));
            }
            stream.flush();
        }

        private static Http2Headers headers(Map<String, String> fields) {
            Http2Headers headers = new DefaultHttp2Headers(false);
            fields.forEach(headers::set);
            return headers;
        }
    }
}
