package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.sandbox.internal.tls.Identity;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gRPC side: one port, event loops of its own so that none outlives it. */
public final class GrpcServer {
    private static final int EVENT_LOOPS = 2;
    private static final int PATIENCE_SECONDS = 5;
    private static final int GRACE_SECONDS = 3;

    private final OpenCalls calls = new OpenCalls();
    private final Callbacks callbacks;
    private final EventLoopGroup eventLoops;
    private final Server server;

    /** Binds the port and serves, with TLS if there is an identity. The interceptors are called in their order. */
    public GrpcServer(
            InetAddress host,
            int port,
            @Nullable Identity identity,
            ThreadFactory threads,
            Executor executor,
            List<BindableService> services,
            List<ServerInterceptor> interceptors)
            throws IOException {
        this.eventLoops = eventLoops(threads);
        this.callbacks = new Callbacks(executor);
        List<ServerInterceptor> all = new ArrayList<>(List.of(calls));
        all.addAll(interceptors);
        QuietConnections connections = new QuietConnections();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .channelFactory(connections::door)
                .addTransportFilter(connections)
                .bossEventLoopGroup(eventLoops)
                .workerEventLoopGroup(eventLoops)
                .executor(callbacks)
                // The Python client pings each 5 s, with or without calls; a stock server would hang up on it.
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        if (identity != null) {
            builder.sslContext(context(identity));
        }
        for (BindableService service : services) {
            builder.addService(intercepted(service, all));
        }
        this.server = builder.build();
        try {
            server.start();
        } catch (IOException e) {
            stop();
            throw e;
        }
    }

    public int port() {
        return server.getPort();
    }

    /**
     * Takes no new calls, ends the open ones with UNAVAILABLE, waits until their callbacks have ended, and only then ends the threads that
     * callbacks write to.
     */
    public void stop() {
        server.shutdown();
        calls.endAll();
        boolean interrupted = false;
        try {
            // A connection stays as long as its client does not read the ends of its calls.
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
                server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            callbacks.awaitIdle(PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            server.shutdownNow();
        }
        eventLoops
                .shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** By the JDK's TLS, which every platform has. */
    private static SslContext context(Identity identity) throws IOException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forServer(identity.key(), identity.certificate()), SslProvider.JDK)
                .build();
    }

    /** By the name that the Netty of older gRPC versions has too: {@code MultiThreadIoEventLoopGroup} is missing up to gRPC 1.81. */
    @SuppressWarnings("deprecation")
    private static EventLoopGroup eventLoops(ThreadFactory threads) {
        return new NioEventLoopGroup(EVENT_LOOPS, threads);
    }

    private static ServerServiceDefinition intercepted(BindableService service, List<ServerInterceptor> interceptors) {
        return ServerInterceptors.interceptForward(service, interceptors);
    }
}
