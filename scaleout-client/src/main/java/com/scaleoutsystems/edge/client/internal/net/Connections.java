package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.NetworkProfile;
import com.scaleoutsystems.edge.client.internal.core.Env;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** Makes the connections of one client, all from the same network profile. */
public final class Connections {

    /** A model chunk is at most 1 MiB by convention, but a server may choose a larger one; a message is never larger than this. */
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    private final NetworkProfile profile;
    private final Env env;

    /** Connections by the given profile. */
    public Connections(NetworkProfile profile, Env env) {
        this.profile = profile;
        this.env = env;
    }

    /** The profile that these connections keep to. */
    public NetworkProfile profile() {
        return profile;
    }

    /** An HTTP client for REST calls; it connects when it is used and holds no thread while idle. */
    public OkHttpClient http() {
        return new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(new Borrowed(env.io())))
                .connectionPool(new ConnectionPool(1, 30, TimeUnit.SECONDS))
                .connectTimeout(profile.connectTimeout())
                .readTimeout(profile.callTimeout())
                .writeTimeout(profile.callTimeout())
                .callTimeout(profile.callTimeout())
                .retryOnConnectionFailure(false)
                .build();
    }

    /** A channel to a combiner; it connects when it is used. The caller shuts it down. */
    public ManagedChannel channel(GrpcConnectionOptions combiner) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(combiner.target(), combiner.port())
                .directExecutor()
                .offloadExecutor(env.io())
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(profile.connectTimeout().toMillis()))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(profile.keepAliveInterval().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(profile.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .disableRetry();
        if (combiner.secure().orElse(true)) {
            try {
                builder.sslContext(GrpcSslContexts.forClient().build());
            } catch (SSLException e) {
                throw new EdgeException(
                        ErrorCode.FAILED_PRECONDITION, "TLS is not available in this JVM: " + e.getMessage(), e);
            }
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }

    /** OkHttp wants an ExecutorService and would shut it down; this one lends threads that are not its own. */
    private static final class Borrowed extends AbstractExecutorService {

        private final Executor threads;

        Borrowed(Executor threads) {
            this.threads = threads;
        }

        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public void shutdown() {
            // The threads belong to all clients.
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
