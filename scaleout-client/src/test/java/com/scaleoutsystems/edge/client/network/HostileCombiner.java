package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.ModelStatus;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A combiner whose texts attack whoever shows them, and repeat what the client has shown. */
final class HostileCombiner implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final List<Status> REFUSALS = List.of(
            Status.UNAVAILABLE, Status.PERMISSION_DENIED, Status.UNAUTHENTICATED, Status.INTERNAL, Status.UNKNOWN);

    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger announcements = new AtomicInteger();
    private final Server server;
    private volatile String shown = "";

    HostileCombiner() {
        server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InsecureServerCredentials.create())
                .intercept(new Ear())
                .addService(new Combiner())
                .addService(new Models())
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text that begins lines of its own, steers the terminal, turns the direction of writing and holds a secret. */
    static String hostile(String word, String secret) {
        return word
                + "\nFORGED line\r\nFORGED line\rFORGED line\u0085FORGED line\u2028FORGED line \u001b[2K\u001b[31m \u202e "
                + secret + " \b\b\u009b";
    }

    /** Where only the client's log looks at it. */
    private String hostile(String word) {
        return hostile(word, shown);
    }

    /** Where the client knows that it is what a server says. */
    private String said(String word) {
        return hostile(word, shown.replace("Bearer ", ""));
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Ear implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
            shown = String.valueOf(metadata.get(AUTHORIZATION));
            return next.startCall(call, metadata);
        }
    }

    private <T> void refuse(StreamObserver<T> answer, Status status) {
        answer.onError(status.withDescription(said("refused")).asRuntimeException());
    }

    private static <T> void one(StreamObserver<T> answer, T message) {
        answer.onNext(message);
        answer.onCompleted();
    }

    private final class Combiner extends CombinerClientGrpc.CombinerClientImplBase {

        @Override
        public void announce(ClientAnnounceRequest request, StreamObserver<Response> answer) {
            int count = announcements.incrementAndGet();
            if (count == 2) {
                refuse(answer, Status.UNAVAILABLE);
            } else if (count == 3) {
                refuse(answer, Status.PERMISSION_DENIED);
            } else {
                one(
                        answer,
                        Response.newBuilder()
                                .setResponse(said("hello"))
                                .setParameters("{\"success\": true, \"version\": \"1\\nFORGED\"}")
                                .build());
            }
        }

        @Override
        public void pollAndReportAsync(ClientReport request, StreamObserver<CombinerDirective> answer) {
            int count = polls.getAndIncrement();
            if (count == 0) {
                one(answer, tasks());
            } else if (count <= REFUSALS.size()) {
                refuse(answer, REFUSALS.get(count - 1));
            } else {
                one(answer, CombinerDirective.getDefaultInstance());
            }
        }

        private CombinerDirective tasks() {
            return CombinerDirective.newBuilder()
                    .addTasks(task("1", hostile("Scaleout_Strange"), "{}"))
                    .addTasks(task("1", hostile("Scaleout_Strange"), "{}"))
                    .addTasks(task("2", "Scaleout_ModelUpdate", "{}"))
                    .addTasks(task("3", "Custom_echo", "{" + hostile("data")))
                    .addTasks(task("4", "Custom_echo", "{}"))
                    .addTasks(TaskRequest.newBuilder().setType(hostile("nameless")))
                    .build();
        }

        private TaskRequest.Builder task(String id, String type, String data) {
            return TaskRequest.newBuilder()
                    .setCorrelationId(hostile(id))
                    .setModelId(hostile("model"))
                    .setSessionId(hostile("session"))
                    .setRoundId(hostile("round"))
                    .setType(type)
                    .setData(data);
        }

        @Override
        public void sendHeartbeat(Heartbeat request, StreamObserver<Response> answer) {
            refuse(answer, Status.INTERNAL);
        }

        @Override
        public void sendStatus(com.scaleoutsystems.edge.proto.Status request, StreamObserver<Response> answer) {
            refuse(answer, Status.INVALID_ARGUMENT);
        }

        @Override
        public void sendModelMetric(ModelMetric request, StreamObserver<Response> answer) {
            refuse(answer, Status.INVALID_ARGUMENT);
        }

        @Override
        public void sendAttributeMessage(AttributeMessage request, StreamObserver<Response> answer) {
            refuse(answer, Status.INVALID_ARGUMENT);
        }

        @Override
        public void sendBacklogReport(BacklogReport request, StreamObserver<Response> answer) {
            refuse(answer, Status.UNIMPLEMENTED);
        }

        @Override
        public StreamObserver<TelemetryRecord> streamTelemetryRecord(StreamObserver<RecordAck> answer) {
            return refusing(answer);
        }
    }

    private final class Models extends ModelServiceGrpc.ModelServiceImplBase {

        @Override
        public void download(ModelRequest request, StreamObserver<FileChunk> answer) {
            refuse(answer, Status.NOT_FOUND);
        }

        @Override
        public StreamObserver<FileChunk> upload(StreamObserver<ModelResponse> answer) {
            return new StreamObserver<>() {
                @Override
                public void onNext(FileChunk chunk) {
                    // It is not kept.
                }

                @Override
                public void onError(Throwable failure) {
                    // There is nothing to answer.
                }

                @Override
                public void onCompleted() {
                    one(
                            answer,
                            ModelResponse.newBuilder()
                                    .setStatus(ModelStatus.FAILED)
                                    .setMessage(said("not stored"))
                                    .build());
                }
            };
        }
    }

    private <Q, A> StreamObserver<Q> refusing(StreamObserver<A> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(Q message) {
                refuse(answer, Status.INVALID_ARGUMENT);
            }

            @Override
            public void onError(Throwable failure) {
                // There is nothing to answer.
            }

            @Override
            public void onCompleted() {
                // Nor here.
            }
        };
    }
}
