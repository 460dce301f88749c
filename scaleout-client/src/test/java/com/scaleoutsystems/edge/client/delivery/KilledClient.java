package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.client.ClientSeam;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A program with a client, to be killed: it logs 200 records a second from its first moment on, trains what it is given, and says on
 * its standard output what it was promised. Its arguments are the combiner's port, the state directory, the planted bug, and what it
 * does: {@code log}, or {@code finish} what is left of earlier lives, or {@code full} to log a lot at once and wait for its end.
 */
final class KilledClient {

    static final String ID = "killed";

    private static final Duration BETWEEN_RECORDS = Duration.ofMillis(5);
    private static final Duration TRAINING = Duration.ofMillis(120);
    private static final int PARAMETERS = 100_000;
    private static final int MANY = 5_000;
    private static final Duration DRAIN = Duration.ofSeconds(4);

    private KilledClient() {}

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static TrainResult train(ScaleoutModel model, TaskContext task) throws InterruptedException {
        String id = task.request().correlationId();
        say("training " + id);
        Thread.sleep(TRAINING.toMillis());
        ScaleoutModel update = ScaleoutModel.fromModelParameters(
                ModelParameters.of(Tensor.ofFloats(new float[PARAMETERS], PARAMETERS)));
        say("trained " + id + " " + update.modelId());
        return TrainResult.of(update, 10);
    }

    private static final class Witness implements EdgeClientListener {
        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            say((outcome.isDelivered() ? "delivered " : "settled " + outcome + " ") + record.id());
        }
    }

    private static EdgeClient client(int port, Path directory, PlantedBug bug) {
        EdgeClientBuilder builder = EdgeClient.builder()
                .combiner(GrpcConnectionOptions.of("127.0.0.1", port).withTls(TlsMode.PLAINTEXT))
                .clientId(ID)
                .name(ID)
                .pollInterval(Duration.ofMillis(50))
                .connectRetry(RetryPolicy.defaults()
                        .withFirstDelay(Duration.ofMillis(20))
                        .withMaxDelay(Duration.ofMillis(100)))
                .reporting(ReportingSettings.defaults().withNodeTelemetry(false))
                .onTrain(KilledClient::train)
                .listener(new Witness());
        return ClientSeam.build(
                builder, ID, directory, adapters -> bug.plantedIn(adapters, id -> say("committed " + id)));
    }

    private static void log(EdgeClient client, int number) {
        Delivery delivery = client.logTelemetry("seq", Map.of("seq", number));
        delivery.stored().thenAccept(how -> {
            if (how == Delivery.Stored.DURABLE) {
                say("stored " + delivery.id());
            }
        });
    }

    /** A parent that was killed itself cannot end its child, but the child's input ends with it. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException gone) {
                        // The same.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "end with parent");
        watch.setDaemon(true);
        watch.start();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        EdgeClient client =
                client(Integer.parseInt(arguments[0]), Path.of(arguments[1]), PlantedBug.valueOf(arguments[2]));
        switch (arguments[3]) {
            case "log" -> {
                endWithParent();
                Thread starter = new Thread(client::start);
                starter.start();
                for (int number = 0; ; number++) {
                    log(client, number);
                    Thread.sleep(BETWEEN_RECORDS.toMillis());
                }
            }
            case "full" -> {
                endWithParent();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    client.close(DRAIN);
                    say("closed");
                }));
                for (int number = 0; number < MANY; number++) {
                    log(client, number);
                }
                Thread starter = new Thread(client::start);
                starter.start();
                Thread.sleep(Duration.ofMinutes(5).toMillis());
            }
            case "finish" -> {
                client.start();
                say("started");
                int wished = System.in.read();
                FlushResult flushed = client.flush(Duration.ofSeconds(30));
                say("flushed " + flushed.remaining() + " " + wished);
                client.close(Duration.ofSeconds(10));
            }
            default -> throw new IllegalArgumentException(arguments[3]);
        }
    }
}
