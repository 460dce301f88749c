#!/usr/bin/env bash
# One would guess that a retryPolicy in gRPC's service config holds for each call whose status it names, whatever the call sends, and alike
# in each language. gRPC keeps what a call has sent, to send it again. Once that is more than a buffer holds, the call is not retried, and
# nothing is logged. The buffer of Java is the larger one: of two clients with one policy, the Java client's upload of 500 KB is retried and
# the Python client's is not; 2 MB is retried by neither. What counts is the whole call, not the chunk.
# A larger buffer helps: grpc.per_rpc_retry_buffer_size in Python; in Java perRpcBufferLimit, and for 20 MB also retryBufferSize, which all
# calls of the channel share.
# Seen with grpc-java 1.85.1 (Netty) on Java 17 and grpcio 1.84.0.
#
# Reports and heartbeats are small and retried, as any test shows. Uploads of models are what a retry is for, and are not. A client repeats
# an upload itself, above gRPC.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet grpcio==1.84.0
cat > "$work/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-netty-shaded</artifactId>
      <version>1.85.1</version>
    </dependency>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-stub</artifactId>
      <version>1.85.1</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"

cat > "$work/upload.py" <<'PYTHON'
import json
import sys

import grpc

port, kilobytes, limit = map(int, sys.argv[1:])
policy = {
    "maxAttempts": 3,
    "initialBackoff": "0.01s",
    "maxBackoff": "0.01s",
    "backoffMultiplier": 1,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
options = [("grpc.service_config", json.dumps({"methodConfig": [{"name": [{}], "retryPolicy": policy}]}))]
if limit:
    options.append(("grpc.per_rpc_retry_buffer_size", limit))
with grpc.insecure_channel(f"127.0.0.1:{port}", options) as channel:
    try:
        channel.stream_unary("/models/Upload")(bytes(100_000) for _ in range(kilobytes // 100))
        print("OK", end="")
    except grpc.RpcError as failure:
        print(failure.code().name, end="")
PYTHON

cat > "$work/Uploads.java" <<'JAVA'
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

public class Uploads {
    static final long LARGE = 64 << 20;
    static final AtomicInteger attempts = new AtomicInteger();
    static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    };
    static final MethodDescriptor<byte[], byte[]> UPLOAD = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.CLIENT_STREAMING)
            .setFullMethodName("models/Upload")
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES)
            .build();

    interface Client {
        String upload(int kilobytes) throws Exception;
    }

    /** What runs at the end of a stream; the chunks are dropped. */
    static StreamObserver<byte[]> receiver(CompletableFuture<String> outcome, Runnable end) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] chunk) {}

            @Override
            public void onError(Throwable failure) {
                outcome.complete(Status.fromThrowable(failure).getCode().name());
            }

            @Override
            public void onCompleted() {
                outcome.complete("OK");
                end.run();
            }
        };
    }

    /** Answers UNAVAILABLE to the first attempt, and takes the second. */
    static StreamObserver<byte[]> serve(StreamObserver<byte[]> answer) {
        return receiver(new CompletableFuture<>(), () -> {
            if (attempts.incrementAndGet() == 1) {
                answer.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
                answer.onNext(new byte[0]);
                answer.onCompleted();
            }
        });
    }

    static String java(int port, int kilobytes, long call, long channel) {
        Map<String, ?> policy = Map.of(
                "maxAttempts", 3.0,
                "initialBackoff", "0.01s",
                "maxBackoff", "0.01s",
                "backoffMultiplier", 1.0,
                "retryableStatusCodes", List.of("UNAVAILABLE"));
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .defaultServiceConfig(Map.of("methodConfig", List.of(Map.of("name", List.of(Map.of()), "retryPolicy", policy))));
        if (call > 0) {
            builder.perRpcBufferLimit(call);
        }
        if (channel > 0) {
            builder.retryBufferSize(channel);
        }
        ManagedChannel opened = builder.build();
        try {
            CompletableFuture<String> outcome = new CompletableFuture<>();
            StreamObserver<byte[]> chunks = ClientCalls.asyncClientStreamingCall(
                    opened.newCall(UPLOAD, CallOptions.DEFAULT), receiver(outcome, () -> {}));
            for (int sent = 0; sent < kilobytes; sent += 100) {
                chunks.onNext(new byte[100_000]);
            }
            chunks.onCompleted();
            return outcome.join();
        } finally {
            opened.shutdownNow();
        }
    }

    static String python(List<String> command, int port, int kilobytes, long call) throws Exception {
        Process process = new ProcessBuilder(command.get(0), command.get(1), "" + port, "" + kilobytes, "" + call)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes());
    }

    static void check(String title, Client client, int kilobytes, boolean retried) throws Exception {
        attempts.set(0);
        String outcome = client.upload(kilobytes);
        System.out.printf("%s, %d KB in chunks of 100 KB: %d attempts, %s%n", title, kilobytes, attempts.get(), outcome);
        if (attempts.get() != (retried ? 2 : 1) || !outcome.equals(retried ? "OK" : "UNAVAILABLE")) {
            throw new AssertionError("changed: expected " + (retried ? "a" : "no") + " retry");
        }
    }

    public static void main(String[] arguments) throws Exception {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("models")
                        .addMethod(UPLOAD, ServerCalls.asyncClientStreamingCall(Uploads::serve))
                        .build())
                .build()
                .start();
        int port = server.getPort();
        List<String> command = List.of(arguments);
        try {
            check("grpc-java 1.85.1", size -> java(port, size, 0, 0), 200, true);
            check("grpcio 1.84.0", size -> python(command, port, size, 0), 200, true);
            check("grpc-java 1.85.1", size -> java(port, size, 0, 0), 500, true);
            check("grpcio 1.84.0", size -> python(command, port, size, 0), 500, false);
            check("grpc-java 1.85.1", size -> java(port, size, 0, 0), 2_000, false);
            check("grpcio 1.84.0", size -> python(command, port, size, 0), 2_000, false);
            check("grpcio 1.84.0, larger buffer", size -> python(command, port, size, LARGE), 2_000, true);
            check("grpc-java 1.85.1, larger buffer of the call", size -> java(port, size, LARGE, 0), 2_000, true);
            check("grpc-java 1.85.1, larger buffer of the call", size -> java(port, size, LARGE, 0), 20_000, false);
            check("grpc-java 1.85.1, larger buffers of call and channel", size -> java(port, size, LARGE, LARGE), 20_000, true);
        } finally {
            server.shutdownNow();
        }
    }
}
JAVA
java -cp "$work/lib/*" "$work/Uploads.java" "$work/venv/bin/python" "$work/upload.py"
