package com.scaleoutsystems.edge.benchmarks.comparison;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientImplBase;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A REST API and a combiner that acknowledge telemetry and keep nothing: a client never waits for what they do with it. */
final class RecordServer extends CombinerClientImplBase implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long an acknowledgement waits for more records. */
    private static final int REST_MILLIS = 10;

    private final int ackBatch;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Server combiner;
    private final HttpServer api;

    /**
     * Servers on free ports.
     *
     * @param ackBatch how many records go with one acknowledgement
     */
    RecordServer(int ackBatch) throws IOException {
        this.ackBatch = ackBatch;
        this.combiner = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .build()
                .start();
        this.api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", this::assign);
        api.start();
    }

    URI api() {
        return URI.create("http://" + host() + ":" + api.getAddress().getPort());
    }

    String host() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }

    int port() {
        return combiner.getPort();
    }

    /** How many records were acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    private void assign(HttpExchange exchange) throws IOException {
        try (exchange) {
            String clientId =
                    JSON.readTree(exchange.getRequestBody()).path("client_id").asText(ClientProcess.ID);
            byte[] answer = JSON.writeValueAsBytes(Map.of(
                    "status",
                    "assigned",
                    "client_id",
                    clientId,
                    "public_hostname",
                    host(),
                    "internal_hostname",
                    host(),
                    "port",
                    port(),
                    "package",
                    "local",
                    "helper_type",
                    "numpyhelper",
                    "grpc_secure",
                    false));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void announce(ClientAnnounceRequest request, StreamObserver<Response> answer) {
        answer(
                answer,
                Response.newBuilder()
                        .setParameters("{\"success\": true, \"version\": \"1.1.0\"}")
                        .build());
    }

    @Override
    public void pollAndReportAsync(ClientReport request, StreamObserver<CombinerDirective> answer) {
        answer(answer, CombinerDirective.getDefaultInstance());
    }

    @Override
    public void sendHeartbeat(Heartbeat request, StreamObserver<Response> answer) {
        answer(answer, Response.getDefaultInstance());
    }

    @Override
    public void sendBacklogReport(BacklogReport request, StreamObserver<Response> answer) {
        answer(answer, Response.getDefaultInstance());
    }

    private static <M> void answer(StreamObserver<M> to, M message) {
        to.onNext(message);
        to.onCompleted();
    }

    /** Acknowledges a batch when it is full, and what is left after a short while. */
    @Override
    public StreamObserver<TelemetryRecord> streamTelemetryRecord(StreamObserver<RecordAck> answers) {
        return new StreamObserver<>() {
            private RecordAck.Builder next = RecordAck.newBuilder();

            private final ScheduledFuture<?> rest =
                    timer.scheduleWithFixedDelay(this::acknowledge, REST_MILLIS, REST_MILLIS, TimeUnit.MILLISECONDS);

            @Override
            public synchronized void onNext(TelemetryRecord message) {
                next.addRecordIds(message.getTelemetryId());
                if (next.getRecordIdsCount() >= ackBatch) {
                    acknowledge();
                }
            }

            private synchronized void acknowledge() {
                if (next.getRecordIdsCount() > 0) {
                    acknowledged.addAndGet(next.getRecordIdsCount());
                    answers.onNext(next.build());
                    next = RecordAck.newBuilder();
                }
            }

            @Override
            public void onError(Throwable cancelled) {
                rest.cancel(false);
            }

            @Override
            public synchronized void onCompleted() {
                rest.cancel(false);
                acknowledge();
                answers.onCompleted();
            }
        };
    }

    @Override
    public void close() {
        api.stop(0);
        combiner.shutdownNow();
        timer.shutdownNow();
    }
}
