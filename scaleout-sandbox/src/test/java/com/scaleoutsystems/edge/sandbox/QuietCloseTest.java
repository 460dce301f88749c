package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Closing with all kinds of calls in the middle. It captures what the whole process logs, so it runs alone. */
@Isolated
@Tag("once")
class QuietCloseTest {
    private static final int TIMES = 5;
    private static final int STREAMS = 4;

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

    @Test
    void closingWithOpenStreamsAndTransfersLogsNothingAndEndsThemAsUnavailable() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            closeInTheMiddle();
        }
        synchronized (logged) {
            assertThat(logged).isEmpty();
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("Exception", "SEVERE", "\tat ");
    }

    private static void closeInTheMiddle() throws Exception {
        Sandbox sandbox = Sandbox.builder()
                .seedModel(largeModel())
                .downloadChunkSize(1_000)
                .start();
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
        sandbox.close();
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
