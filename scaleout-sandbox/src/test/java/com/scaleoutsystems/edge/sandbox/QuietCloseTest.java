package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing and restarting with all kinds of calls in the middle. It captures what the whole process logs, so it runs alone. */
@Isolated
@Tag("once")
class QuietCloseTest {
    private static final int TIMES = 2;
    private static final int STREAMS = 4;
    private static final int SMALL_CHUNK = 1_000;

    /** More than a client of gRPC takes without reading, and less than it accepts as one message. */
    private static final int LARGE_CHUNK = 4_000_000;

    private final List<String> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.WARNING.intValue() || line.getThrown() != null) {
                synchronized (logged) {
                    logged.add(line.getLevel() + " " + line.getLoggerName() + ": " + line.getMessage() + " "
                            + line.getThrown());
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        Logger.getLogger("").addHandler(handler);
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(err);
        Logger.getLogger("").removeHandler(handler);
    }

    /** How the calls end, and whether a relay stands before the server. */
    private enum End {
        CLOSE(Sandbox::close, false),
        CLOSE_BEHIND_A_RELAY(Sandbox::close, true),
        RESTART(Sandbox::restartCombiner, false),
        RESTART_BEHIND_A_RELAY(Sandbox::restartCombiner, true);

        private final Consumer<Sandbox> act;
        private final boolean relayed;

        End(Consumer<Sandbox> act, boolean relayed) {
            this.act = act;
            this.relayed = relayed;
        }

        Sandbox sandbox(int chunkSize) {
            SandboxBuilder builder = Sandbox.builder().seedModel(largeModel()).downloadChunkSize(chunkSize);
            return (relayed ? builder.faults(FaultPlan.none()) : builder).start();
        }
    }

    @ParameterizedTest
    @EnumSource
    void openStreamsAndTransfersEndAsUnavailableAndNothingIsLogged(End end) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (Sandbox sandbox = end.sandbox(SMALL_CHUNK)) {
                endInTheMiddle(sandbox, end);
            }
        }
        assertNothingLogged();
    }

    /** What waits for this client in the server can never be sent. */
    @ParameterizedTest
    @EnumSource(names = {"CLOSE", "RESTART_BEHIND_A_RELAY"})
    void clientThatReadsNoMoreIsCutOffAndNothingIsLogged(End end) throws Exception {
        try (Sandbox sandbox = end.sandbox(LARGE_CHUNK);
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            ReadsOneChunk download = new ReadsOneChunk();
            client.beginDownload("seed", download);
            assertThat(download.began).succeedsWithin(ScriptedClient.PATIENCE);
            end.act.accept(sandbox);

            // It took nothing of its answer, so it does not hear what the server says about the end.
            assertThat(status(download.end())).isNotEqualTo(Status.Code.OK);
        }
        assertNothingLogged();
    }

    @Test
    void clientThatLeavesInTheMiddleOfADownloadIsNotLogged() throws Exception {
        try (Sandbox sandbox = End.CLOSE_BEHIND_A_RELAY.sandbox(LARGE_CHUNK);
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            ReadsOneChunk download = new ReadsOneChunk();
            client.beginDownload("seed", download);
            assertThat(download.began).succeedsWithin(ScriptedClient.PATIENCE);
            sandbox.faults().add(Fault.reset(0));

            assertThat(status(download.end())).isEqualTo(Status.Code.UNAVAILABLE);
        }
        assertNothingLogged();
    }

    private void assertNothingLogged() {
        synchronized (logged) {
            assertThat(logged).isEmpty();
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("Exception", "SEVERE", "\tat ");
    }

    /** A client that takes the first chunk, and never asks for the second. */
    private static final class ReadsOneChunk implements ClientResponseObserver<ModelRequest, FileChunk> {
        private final CompletableFuture<FileChunk> began = new CompletableFuture<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private ClientCallStreamObserver<ModelRequest> call;

        /** Takes the rest. A client hears of the end after all chunks before it. */
        CompletableFuture<Void> end() {
            call.request(Integer.MAX_VALUE);
            return end;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ModelRequest> call) {
            this.call = call;
            call.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(FileChunk chunk) {
            began.complete(chunk);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(null);
        }
    }

    private static void endInTheMiddle(Sandbox sandbox, End way) throws Exception {
        List<ScriptedClient> clients = new ArrayList<>();
        List<CompletableFuture<?>> ends = new ArrayList<>();
        List<StreamObserver<TelemetryRecord>> records = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            String id = "c-" + i;
            ScriptedClient client = new ScriptedClient(sandbox, id);
            clients.add(client);
            Observers.Collecting<TaskRequest> tasks = new Observers.Collecting<>();
            client.streams()
                    .taskStream(
                            ClientAvailableMessage.newBuilder().setClientId(id).build(), tasks);
            ends.add(tasks.end);
            Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
            records.add(client.streams().streamTelemetryRecord(acks));
            ends.add(acks.end);
            CompletableFuture<ModelResponse> uploaded = new CompletableFuture<>();
            StreamObserver<FileChunk> upload = client.beginUpload("m-" + i, Observers.single(uploaded));
            upload.onNext(FileChunk.newBuilder()
                    .setData(ByteString.copyFrom(new byte[100_000]))
                    .build());
            ends.add(uploaded);
            Observers.Collecting<FileChunk> chunks = new Observers.Collecting<>();
            client.beginDownload("seed", chunks);
            await().until(() -> !chunks.values.isEmpty());
        }
        sandbox.awaitClients(STREAMS, ScriptedClient.PATIENCE);
        Thread sender = new Thread(() -> {
            for (int i = 0; i < 10_000; i++) {
                int number = i % STREAMS;
                try {
                    records.get(number)
                            .onNext(TelemetryRecord.newBuilder()
                                    .setClientId("c-" + number)
                                    .setTelemetryId("r-" + i)
                                    .build());
                } catch (IllegalStateException theCallHasEnded) {
                    return;
                }
            }
        });
        sender.start();
        sandbox.recording().awaitCalls("StreamTelemetryRecord", 100, ScriptedClient.PATIENCE);
        way.act.accept(sandbox);
        for (CompletableFuture<?> end : ends) {
            assertThat(status(end)).isEqualTo(Status.Code.UNAVAILABLE);
        }
        sender.join();
        clients.forEach(ScriptedClient::close);
    }

    private static Status.Code status(CompletableFuture<?> end) throws Exception {
        try {
            end.get(60, TimeUnit.SECONDS);
            return Status.Code.OK;
        } catch (ExecutionException e) {
            return Status.fromThrowable(e.getCause()).getCode();
        }
    }

    /** More than the network's buffers take at once, so that a download is in its middle for long. */
    private static ScaleoutModel largeModel() {
        return ScaleoutModel.builder()
                .modelId("seed")
                .trainingModel(ModelParameters.of(Tensor.ofDoubles(new double[1 << 21], 1 << 21)))
                .build();
    }
}
