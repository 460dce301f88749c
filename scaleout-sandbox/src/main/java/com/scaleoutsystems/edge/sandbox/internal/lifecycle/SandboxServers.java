package com.scaleoutsystems.edge.sandbox.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestApi;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxSettings;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.internal.wire.CallRecorder;
import com.scaleoutsystems.edge.sandbox.internal.wire.Combiner;
import com.scaleoutsystems.edge.sandbox.internal.wire.Generation10Combiner;
import com.scaleoutsystems.edge.sandbox.internal.wire.Generation11Combiner;
import com.scaleoutsystems.edge.sandbox.internal.wire.GrpcServer;
import com.scaleoutsystems.edge.sandbox.internal.wire.ModelEndpoint;
import com.scaleoutsystems.edge.sandbox.internal.wire.StrictPeer;
import com.scaleoutsystems.edge.sandbox.internal.wire.Trailers;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two servers of a sandbox and the threads that serve. Either all of it starts or nothing is left open. */
public final class SandboxServers {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxServers.class);
    private static final int PATIENCE_SECONDS = 5;

    private final ExecutorService workers = Executors.newCachedThreadPool(threads("worker"));
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads("timer"));
    private final RestServer rest;
    private final GrpcServer grpc;
    private final ModelEndpoint models;

    public SandboxServers(SandboxState state) {
        SandboxSettings settings = state.settings();
        // The sandbox acknowledges no record that arrives while it closes.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        CallRecorder recorder = new CallRecorder(state.recording(), settings.clock());
        this.models = new ModelEndpoint(state.models(), recorder, settings.downloadChunkSize());
        Combiner combiner = switch (settings.generation()) {
            case V1_0 -> new Generation10Combiner(state, recorder);
            case V1_1 -> new Generation11Combiner(state, recorder, timer);
        };
        List<BindableService> services = List.of(combiner, models);
        List<ServerInterceptor> interceptors =
                List.of(new Trailers(), new StrictPeer(settings, state.tokens(), recorder));
        this.rest = bind("REST", settings.restPort(), host -> new RestServer(host, settings.restPort()));
        try {
            this.grpc = bind(
                    "gRPC",
                    settings.grpcPort(),
                    host -> new GrpcServer(
                            host, settings.grpcPort(), threads("grpc"), workers, services, interceptors));
        } catch (RuntimeException | Error e) {
            rest.stop();
            stopThreads();
            throw e;
        }
        rest.start(workers, new RestApi(state, grpc.port())::handle);
        LOG.info("Sandbox serves REST at port {} and gRPC at port {}", rest.port(), grpc.port());
    }

    public int restPort() {
        return rest.port();
    }

    public int grpcPort() {
        return grpc.port();
    }

    public ExecutorService workers() {
        return workers;
    }

    public long transferredBytes() {
        return models.transferredBytes();
    }

    public void stop() {
        rest.stop();
        grpc.stop();
        stopThreads();
    }

    private void stopThreads() {
        timer.shutdownNow();
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A thread of the sandbox does not end; the listener of a session may block it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <S> S bind(String name, int port, Binding<S> binding) {
        try {
            return binding.bind(InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new EdgeException(
                    ErrorCode.UNAVAILABLE,
                    "Can't open the " + name + " port " + port + " on " + SandboxSettings.HOST
                            + ", probably because it is in use; free it, choose another, or 0 for any: " + e,
                    e);
        }
    }

    private static ThreadFactory threads(String kind) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "scaleout-sandbox-" + kind + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private interface Binding<S> {
        S bind(InetAddress host) throws IOException;
    }
}
