package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.RecordedRequest;
import org.awaitility.Awaitility;

/**
 * A program that talks to servers whose every text attacks whoever shows it. It prints what its listener gets to see: reasons, outcomes,
 * and exceptions with all causes.
 */
public final class HostileRun {

    static final String SECRET = "s3cret";
    private static final String REFRESH = SECRET + "-opaque-refresh";
    private static final String ACCESS = SECRET + "-opaque-access";

    private HostileRun() {}

    public static void main(String[] arguments) {
        System.setOut(stream(FileDescriptor.out));
        System.setErr(stream(FileDescriptor.err));
        Path folder = Path.of(arguments[0]);
        try (HostileCombiner combiner = new HostileCombiner();
                TestApi api = TestApi.plain()) {
            refusedByTheApi(api, folder.resolve("refused"));
            api.on(TestApi.USER_TOKEN, 200, Map.of("access_token", ACCESS));
            api.on(
                    TestApi.ASSIGN,
                    200,
                    Map.of(
                            "client_id",
                            HostileCombiner.hostile("client-1", "Bearer " + ACCESS),
                            "public_hostname",
                            "localhost",
                            "port",
                            combiner.port(),
                            "grpc_secure",
                            false));
            workFor(api, folder.resolve("state"));
        }
        System.out.println("--- done");
    }

    private static PrintStream stream(FileDescriptor to) {
        return new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
    }

    private static void refusedByTheApi(TestApi api, Path folder) {
        api.on(TestApi.USER_TOKEN, 200, Map.of("access_token", ACCESS));
        for (int status : new int[] {203, 400, 401, 403, 406, 500}) {
            api.on(TestApi.ASSIGN, request -> TestApi.json(status, Map.of("message", quoting(request))));
            EdgeClientBuilder builder = client(api, folder, new AtomicInteger(), new AtomicInteger());
            System.out.println(builder.doctor().toText());
            try (EdgeClient client = builder.build()) {
                System.out.println(client.connectToApi().message());
                client.start();
            } catch (EdgeException expected) {
                expected.printStackTrace();
            }
        }
        api.on(TestApi.ASSIGN, 200, Map.of("public_hostname", HostileCombiner.hostile("a:1", ACCESS), "port", 1));
        try (EdgeClient client =
                client(api, folder, new AtomicInteger(), new AtomicInteger()).build()) {
            System.out.println(client.connectToApi().message());
        }
        api.on(TestApi.USER_TOKEN, request -> TestApi.json(401, Map.of("message", quoting(request))));
        try (EdgeClient client =
                client(api, folder, new AtomicInteger(), new AtomicInteger()).build()) {
            System.out.println(client.connectToApi().message());
        }
    }

    private static String quoting(RecordedRequest request) {
        String body = request.getBody() == null ? "" : request.getBody().utf8();
        return HostileCombiner.hostile("no", request.getHeaders().get("Authorization") + body);
    }

    private static void workFor(TestApi api, Path folder) {
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger settled = new AtomicInteger();
        try (EdgeClient client = client(api, folder, ended, settled).build()) {
            client.start();
            client.logTelemetry("load", Map.of("cpu", 1.0));
            client.logMetric(Map.of("loss", 1.0));
            client.logAttributes(Map.of("site", "north"));
            client.sendStatus("well", LogLevel.INFO);
            until(() -> ended.get() >= 4 && settled.get() >= 4);
            until(() -> client.state() == ClientState.CONNECTED);
            fails(() -> client.getModelFromCombiner("wanted"));
            try (ScaleoutModel model =
                    ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {1}, 1)))) {
                fails(() -> client.sendModelToCombiner(model));
            }
            client.close(Duration.ofSeconds(5));
        }
    }

    private static void fails(Runnable call) {
        try {
            call.run();
            throw new AssertionError("it did not fail");
        } catch (EdgeException expected) {
            expected.printStackTrace();
        }
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static EdgeClientBuilder client(TestApi api, Path folder, AtomicInteger ended, AtomicInteger settled) {
        RetryPolicy quick = RetryPolicy.defaults()
                .withMaxAttempts(2)
                .withFirstDelay(Duration.ofMillis(1))
                .withMaxDelay(Duration.ofMillis(1));
        return EdgeClient.builder()
                .api(api.uri())
                .clientId("client-1")
                .credential(Credential.token(REFRESH))
                .stateDirectory(folder)
                .pollInterval(Duration.ofMillis(20))
                .connectRetry(quick)
                .transfers(TransferSettings.defaults().withRetry(quick))
                .network(NetworkProfile.defaults().withCallTimeout(Duration.ofSeconds(5)))
                .onTrain((model, task) -> TrainResult.of(model, 1))
                .onCustom("echo", (parameters, task) -> {
                    throw new IllegalStateException(
                            "no room for " + task.request().correlationId());
                })
                .listener(new Printing(ended, settled));
    }

    /** Prints what is said in words; ids are what the server calls them. */
    private record Printing(AtomicInteger ended, AtomicInteger settled) implements EdgeClientListener {

        @Override
        public void stateChanged(ClientState from, ClientState to, String reason) {
            System.out.println("EVENT " + to + " " + reason);
        }

        @Override
        public void taskFinished(TaskRequest task, TaskSummary summary) {
            System.out.println("EVENT " + summary.status() + " " + summary.reason());
            ended.incrementAndGet();
        }

        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            System.out.println("EVENT " + outcome);
            settled.incrementAndGet();
        }

        @Override
        public void error(EdgeException error) {
            error.printStackTrace();
        }
    }
}
