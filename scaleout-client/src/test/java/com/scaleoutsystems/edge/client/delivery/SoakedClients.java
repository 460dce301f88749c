package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A program with many clients, which says on its standard output what they do. Its arguments are the API, the authority of its
 * certificate, and a folder; each line of its input is a command: {@code start ID TOKEN}, {@code credential ID TOKEN}, {@code log}, {@code measure},
 * {@code rest}, which ends the logging of records, and {@code finish}.
 */
final class SoakedClients {

    /** A combiner that is away for longer is looked for elsewhere. */
    static final Duration REASSIGN_AFTER = Duration.ofSeconds(4);

    private static final Duration BETWEEN_RECORDS = Duration.ofSeconds(1);
    private static final Duration TRAINING = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MEASUREMENTS = 3;

    private final Path folder;
    private final String api;
    private final NetworkProfile network;
    private final List<EdgeClient> clients = new ArrayList<>();
    private final Map<String, BlockingQueue<String>> credentials = new ConcurrentHashMap<>();
    private volatile boolean resting;

    private SoakedClients(String api, Path authority, Path folder) {
        this.api = api;
        this.folder = folder;
        this.network = NetworkProfile.defaults()
                .withTls(TlsSettings.defaults().withTrustedCertificates(authority))
                .withConnectTimeout(Duration.ofSeconds(5))
                .withCallTimeout(Duration.ofSeconds(5))
                .withIdleTimeout(Duration.ofSeconds(10));
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static TrainResult train(String client, ScaleoutModel model, TaskContext task) throws InterruptedException {
        say("training " + client + " " + task.request().correlationId());
        task.logMetric(Map.of("loss", 1));
        Thread.sleep(TRAINING.toMillis());
        float[] values = model.modelParameters().get(0).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i]++;
        }
        return TrainResult.of(
                ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(values, values.length))), 10);
    }

    private record Witness(String client) implements EdgeClientListener {
        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            if (!outcome.isDelivered()) {
                say("lost " + client + " " + record + " " + outcome);
            }
        }
    }

    private Optional<Credential> replaced(String id, EdgeException error) throws InterruptedException {
        say("rejected " + id + " " + error.code());
        return Optional.of(Credential.token(credentials.get(id).take()));
    }

    private void start(String id, String token) {
        credentials.put(id, new LinkedBlockingQueue<>());
        EdgeClientBuilder builder = EdgeClient.builder()
                .api(api)
                .clientId(id)
                .name(id)
                .credential(Credential.token(token))
                .onCredentialsRejected(error -> replaced(id, error))
                .network(network)
                .transfers(TransferSettings.defaults().withIdleTimeout(Duration.ofSeconds(10)))
                .reassignAfter(REASSIGN_AFTER)
                .pollInterval(Duration.ofSeconds(1))
                .onTrain((model, task) -> train(id, model, task))
                .onValidate((model, task) ->
                        Map.of("first", model.modelParameters().get(0).toFloats()[0]))
                .listener(new Witness(id));
        boolean stateless = clients.size() % 2 == 0;
        EdgeClient client = (stateless ? builder.stateless() : builder.stateDirectory(folder.resolve(id))).build();
        clients.add(client);
        client.start();
    }

    private void log() {
        try {
            for (int number = 0; !resting; number++) {
                for (EdgeClient client : clients) {
                    say("record "
                            + client.logTelemetry("t", Map.of("value", number)).id());
                }
                Thread.sleep(BETWEEN_RECORDS.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The least of some measurements: what is left when all that passes has passed. */
    private static void measure() throws InterruptedException {
        long[] least = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
        for (int i = 0; i < MEASUREMENTS; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long[] now = {
                ManagementFactory.getThreadMXBean().getThreadCount(),
                handles(),
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum(),
                runtime.totalMemory() - runtime.freeMemory()
            };
            for (int j = 0; j < least.length; j++) {
                least[j] = Math.min(least[j], now[j]);
            }
            Thread.sleep(1_000);
        }
        say("figures " + least[0] + " " + least[1] + " " + least[2] + " " + least[3]);
    }

    /** 0 on systems that do not tell. */
    private static long handles() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
    }

    private void finish() {
        for (EdgeClient client : clients) {
            say("flushed " + client.flush(PATIENCE).remaining());
        }
        clients.forEach(client -> client.close(Duration.ofSeconds(5)));
        say("finished");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        SoakedClients all = new SoakedClients(arguments[0], Path.of(arguments[1]), Path.of(arguments[2]));
        Thread logging = new Thread(all::log, "logging");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "start" -> all.start(words[1], words[2]);
                case "credential" -> all.credentials.get(words[1]).add(words[2]);
                case "log" -> logging.start();
                case "measure" -> measure();
                case "rest" -> {
                    all.resting = true;
                    logging.join();
                    say("rests");
                }
                case "finish" -> {
                    all.finish();
                    return;
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        // A parent that was killed cannot end its child, but the child's input ends with it.
        Runtime.getRuntime().halt(1);
    }
}
