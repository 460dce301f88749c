package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.net.URI;
import java.time.Instant;

/**
 * A client with its default settings, until its standard input ends. Training gives the model back as it came, and tells when
 * the callback was entered.
 */
public final class Client {
    /** The key in an update's metadata under which it stands when the callback was entered, in seconds since 1970. */
    public static final String ENTERED = "entered";

    private Client() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        try (EdgeClient client = EdgeClient.builder()
                .api(URI.create(arguments.text("api")))
                .credential(Credential.token(arguments.text("token")))
                .clientId(arguments.text("id"))
                .name(arguments.text("id"))
                .onTrain((model, task) -> {
                    Instant now = Instant.now();
                    return TrainResult.of(model, 1)
                            .withTrainingMetadata(ENTERED, now.getEpochSecond() + now.getNano() / 1e9);
                })
                .build()) {
            client.start();
            while (System.in.read() >= 0) {
                // Nothing is said here: only the end counts.
            }
        }
    }
}
