package com.scaleoutsystems.edge.sandbox.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.sandbox.fault.ControlEndpoint;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.control.ControlApi;
import com.scaleoutsystems.edge.sandbox.internal.control.ControlServer;
import com.scaleoutsystems.edge.sandbox.internal.fault.Operations;
import com.scaleoutsystems.edge.sandbox.internal.relay.Relay;
import com.scaleoutsystems.edge.sandbox.internal.rest.FaultyApi;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestApi;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxSettings;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.internal.tls.Certificates;
import com.scaleoutsystems.edge.sandbox.internal.wire.CallRecorder;
import com.scaleoutsystems.edge.sandbox.internal.wire.Combiner;
import com.scaleoutsystems.edge.sandbox.internal.wire.FaultInterceptor;
import com.scaleoutsystems.edge.sandbox.internal.wire.Generation10Combiner;
import com.scaleoutsystems.edge.sandbox.internal.wire.Generation11Combiner;
import com.scaleoutsystems.edge.sandbox.internal.wire.GrpcServer;
import com.scaleoutsystems.edge.sandbox.internal.wire.ModelEndpoint;
import com.scaleoutsystems.edge.sandbox.internal.wire.StrictPeer;
import com.scaleoutsystems.edge.sandbox.internal.wire.Trailers;
import com.scaleoutsystems.edge.sandbox.network.SandboxCertificate;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two servers of a sandbox and the threads that serve. Either all of it starts or nothing is left open. */
public final class SandboxServers implements Operations {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxServers.class);
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();
    private static final int PATIENCE_SECONDS = 5;
    private static final int RESUME_SECONDS = 15;
    private static final int RESUME_PAUSE_MILLIS = 200;

    private final ExecutorService workers = Executors.newCachedThreadPool(threads("worker"));
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads("timer"));
    private final SandboxState state;
    private final RestServer rest;
    private final FaultyApi api;
    private final @Nullable Relay restRelay;
    private final CombinerServer combiner;
    private final ModelEndpoint models;
    private final @Nullable Certificates certificates;
    private final @Nullable ControlServer control;

    public SandboxServers(SandboxState state) {
        this.state = state;
        SandboxSettings settings = state.settings();
        // The sandbox acknowledges no record that arrives while it closes.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        CallRecorder recorder = new CallRecorder(state.recording(), settings.clock());
        this.models = new ModelEndpoint(state.models(), recorder, settings.downloadChunkSize());
        this.certificates = settings.tls() ? new Certificates() : null;
        this.combiner = new CombinerServer(opening(recorder), settings.relays() ? this::relay : null);
        boolean relays = settings.relays();
        this.rest = bind("REST", settings.restPort(), port -> restServer(relays ? 0 : port));
        try {
            this.restRelay =
                    relays ? bind("REST", settings.restPort(), port -> relay(Fault.API, port, rest.port())) : null;
            bind("gRPC", settings.grpcPort(), port -> {
                combiner.start(port);
                return combiner;
            });
            this.control = settings.controlPort().isPresent()
                    ? control(settings.controlPort().getAsInt())
                    : null;
        } catch (RuntimeException | Error e) {
            stop();
            throw e;
        }
        this.api = new FaultyApi(new RestApi(state, combiner::port)::handle, state.faults(), timer);
        rest.start(workers, timer, api);
        state.faults().connect(this);
        LOG.info("Sandbox serves REST at port {} and gRPC at port {}", restPort(), grpcPort());
    }

    private RestServer restServer(int port) throws IOException {
        return certificates != null ? new RestServer(HOST, port, certificates.context()) : new RestServer(HOST, port);
    }

    private ControlServer control(int wanted) {
        Map<String, ControlApi.Action> actions = Map.of(
                "stop-combiner",
                        () -> {
                            stopCombiner();
                            return Map.of();
                        },
                "restart-combiner",
                        () -> {
                            restartCombiner();
                            return combinerAddress();
                        },
                "move-combiner",
                        () -> {
                            moveCombiner();
                            return combinerAddress();
                        },
                "expire-tokens",
                        () -> {
                            state.settings().abilities().requireTokens();
                            expireTokens();
                            return Map.of();
                        },
                "revoke-tokens",
                        () -> {
                            state.settings().abilities().requireTokens();
                            revokeTokens();
                            return newTokens();
                        },
                "change-certificate",
                        () -> {
                            changeCertificate(SandboxCertificate.TRUSTED);
                            return combinerAddress();
                        });
        return bind("control", wanted, port -> new ControlServer(HOST, port, workers, timer, state.faults(), actions));
    }

    private Map<String, Object> combinerAddress() {
        return Map.of("grpc", HOST.getHostAddress() + ":" + grpcPort());
    }

    /** Named as in the ready line of the command. */
    private Map<String, Object> newTokens() {
        SandboxTokens issued = state.tokens().issue();
        return Map.of(
                "tokens",
                Map.of("refresh", issued.refresh(), "enrollment", issued.enrollment(), "api_key", issued.apiKey()));
    }

    private CombinerServer.Opening<GrpcServer> opening(CallRecorder recorder) {
        SandboxSettings settings = state.settings();
        Combiner methods = switch (settings.generation()) {
            case V1_0 -> new Generation10Combiner(state, recorder);
            case V1_1 -> new Generation11Combiner(state, recorder, timer);
        };
        List<BindableService> services = List.of(methods, models);
        List<ServerInterceptor> interceptors = List.of(
                new FaultInterceptor(state.faults(), state.tasks(), timer),
                new Trailers(),
                new StrictPeer(settings, state.tokens(), recorder));
        return port -> new GrpcServer(
                HOST,
                port,
                certificates != null ? certificates.current() : null,
                threads("grpc"),
                workers,
                services,
                interceptors);
    }

    private Relay relay(String server, int port, int target) throws IOException {
        return new Relay(server, HOST, port, target, state.faults(), threads("relay"));
    }

    public int restPort() {
        return restRelay != null ? restRelay.port() : rest.port();
    }

    public int grpcPort() {
        return combiner.port();
    }

    public ExecutorService workers() {
        return workers;
    }

    public long transferredBytes() {
        return models.transferredBytes();
    }

    public void stopCombiner() {
        state.faults().tell("the combiner stops");
        combiner.stop();
    }

    public void restartCombiner() {
        state.faults().tell("the combiner restarts");
        bind("gRPC", combiner.port(), port -> {
            combiner.restart();
            return combiner;
        });
    }

    public void moveCombiner() {
        state.faults().tell("the combiner moves");
        bind("gRPC", 0, port -> {
            combiner.move();
            return combiner;
        });
        state.faults().tell("the combiner is at port " + grpcPort());
    }

    public void expireTokens() {
        state.faults().tell("the access tokens expire");
        state.tokens().expireAccessTokens();
    }

    public void revokeTokens() {
        state.faults().tell("all tokens are revoked");
        state.tokens().revokeAll();
    }

    /** Ends the connections of the combiner, as a restart with another certificate does. */
    public void changeCertificate(SandboxCertificate kind) {
        state.settings().abilities().requireCertificates();
        state.faults().tell("the certificate changes: " + kind);
        Objects.requireNonNull(certificates).change(kind);
        restartCombiner();
    }

    public Optional<X509Certificate> authority() {
        return Optional.ofNullable(certificates).map(Certificates::authority);
    }

    public Optional<String> authorityPem() {
        return Optional.ofNullable(certificates).map(Certificates::authorityPem);
    }

    public Optional<ControlEndpoint> control() {
        return Optional.ofNullable(control).map(ControlServer::endpoint);
    }

    @Override
    public void operate(FaultKind kind) {
        switch (kind) {
            case EXPIRED_TOKENS -> expireTokens();
            case REVOKED_TOKENS -> revokeTokens();
            case COMBINER_RESTART -> later(this::restartCombiner);
            case COMBINER_MOVE -> later(this::moveCombiner);
            case CHANGED_CERTIFICATE -> later(() -> changeCertificate(SandboxCertificate.TRUSTED));
            default -> throw new IllegalArgumentException("Not for operators: " + kind);
        }
    }

    /** On a thread of its own: a call of the combiner cannot wait for the end of all calls. */
    private void later(Runnable operation) {
        try {
            workers.execute(() -> {
                try {
                    operation.run();
                } catch (EdgeException e) {
                    resume(e);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("The sandbox closes", closed);
        }
    }

    /** Nobody asked for this restart who could try again when the port is free. */
    private void resume(EdgeException failure) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RESUME_SECONDS);
        while (true) {
            try {
                Thread.sleep(RESUME_PAUSE_MILLIS);
                combiner.resume();
                return;
            } catch (InterruptedException closed) {
                LOG.debug("The sandbox closes", closed);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    LOG.error("The combiner does not start again", failure);
                    return;
                }
            }
        }
    }

    @Override
    public void connectionFaultAdded() {
        relays().forEach(Relay::look);
    }

    @Override
    public void faultsRemoved() {
        relays().forEach(Relay::mend);
        api.breakOff();
    }

    private List<Relay> relays() {
        return Stream.of(Optional.ofNullable(restRelay), Optional.ofNullable(combiner.relay()))
                .flatMap(Optional::stream)
                .toList();
    }

    public void stop() {
        // Acknowledgements that are due are not worth a write to a connection that ends.
        timer.shutdownNow();
        if (restRelay != null) {
            restRelay.stop();
        }
        if (control != null) {
            control.stop();
        }
        rest.stop();
        combiner.close();
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

    private static <S> S bind(String name, int port, CombinerServer.Opening<S> opening) {
        try {
            return opening.open(port);
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
}
