package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.network.TestAuthority.Identity;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.Status;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A combiner that greets, takes status lines, metrics and models, and has no tasks. Looks at the token of each call if told to. Tolerates as few
 * pings as gRPC's servers do by default.
 */
public final class TestCombiner implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> FILLER = Metadata.Key.of("filler", Metadata.ASCII_STRING_MARSHALLER);

    /** One call that came. */
    public record Call(String method, Optional<String> authorization, Metadata metadata) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Server server;
    private volatile Predicate<Optional<String>> accepted = token -> true;
    private volatile int headerBytes;
    private volatile Predicate<String> refusedLines = line -> false;
    private volatile String refusal = "";
    private volatile String versionAnswer = "{\"success\": true}";

    private TestCombiner(ServerCredentials credentials, InetSocketAddress address) {
        this.server = NettyServerBuilder.forAddress(address, credentials)
                .intercept(new Gate())
                .addService(new Service())
                .addService(new Models())
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TestCombiner plain() {
        return plain(InetAddress.getLoopbackAddress());
    }

    static TestCombiner plain(InetAddress host) {
        return new TestCombiner(InsecureServerCredentials.create(), new InetSocketAddress(host, 0));
    }

    private static InetSocketAddress here(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public static TestCombiner secure(Identity identity) {
        return secure(identity, 0);
    }

    static TestCombiner secure(Identity identity, int port) {
        return new TestCombiner(
                TlsServerCredentials.newBuilder()
                        .keyManager(identity.keyManager())
                        .build(),
                here(port));
    }

    /** Wants a certificate of the authority from each client. */
    static TestCombiner mutual(Identity identity, TestAuthority clients) {
        try {
            return new TestCombiner(
                    TlsServerCredentials.newBuilder()
                            .keyManager(identity.keyManager())
                            .trustManager(clients.rootPem())
                            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                            .build(),
                    here(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on calls with other tokens are answered UNAUTHENTICATED. */
    public void accept(Predicate<Optional<String>> tokens) {
        accepted = tokens;
    }

    /** From now on each answer has a header of this size. */
    void headers(int bytes) {
        headerBytes = bytes;
    }

    /** From now on this is the answer to the version check. */
    void versions(String json) {
        versionAnswer = json;
    }

    /** From now on these status lines are refused for good. */
    void refuseLines(Predicate<String> lines, String reason) {
        refusal = reason;
        refusedLines = lines;
    }

    public int port() {
        return server.getPort();
    }

    public List<Call> calls() {
        return calls;
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Gate implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
            Optional<String> token = Optional.ofNullable(metadata.get(AUTHORIZATION));
            calls.add(new Call(call.getMethodDescriptor().getBareMethodName(), token, metadata));
            if (!accepted.test(token)) {
                call.close(io.grpc.Status.UNAUTHENTICATED.withDescription("token refused"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(
                    new SimpleForwardingServerCall<>(call) {
                        @Override
                        public void sendHeaders(Metadata headers) {
                            headers.put(FILLER, "x".repeat(headerBytes));
                            super.sendHeaders(headers);
                        }
                    },
                    metadata);
        }
    }

    private static final class Models extends ModelServiceGrpc.ModelServiceImplBase {

        @Override
        public StreamObserver<FileChunk> upload(StreamObserver<ModelResponse> answer) {
            return new StreamObserver<>() {
                @Override
                public void onNext(FileChunk chunk) {}

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    Service.one(answer, ModelResponse.getDefaultInstance());
                }
            };
        }
    }

    private final class Service extends CombinerClientGrpc.CombinerClientImplBase {

        @Override
        public void announce(ClientAnnounceRequest request, StreamObserver<Response> answer) {
            one(answer, Response.newBuilder().setParameters(versionAnswer).build());
        }

        @Override
        public void pollAndReportAsync(ClientReport request, StreamObserver<CombinerDirective> answer) {
            one(answer, CombinerDirective.getDefaultInstance());
        }

        @Override
        public void sendHeartbeat(Heartbeat request, StreamObserver<Response> answer) {
            one(answer, Response.getDefaultInstance());
        }

        @Override
        public void sendModelMetric(ModelMetric request, StreamObserver<Response> answer) {
            one(answer, Response.getDefaultInstance());
        }

        @Override
        public void sendStatus(Status request, StreamObserver<Response> answer) {
            if (refusedLines.test(request.getStatus())) {
                answer.onError(
                        io.grpc.Status.INVALID_ARGUMENT.withDescription(refusal).asRuntimeException());
                return;
            }
            one(answer, Response.getDefaultInstance());
        }

        private static <T> void one(StreamObserver<T> answer, T message) {
            answer.onNext(message);
            answer.onCompleted();
        }
    }
}
