package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A program that joins a combiner and leaves it. */
public final class GrpcLogRun {

    static final String TOKEN = SecretsRun.token("key", "{\"token_type\": \"api_key\"}");

    private GrpcLogRun() {}

    public static void main(String[] arguments) {
        try (TestCombiner combiner = TestCombiner.plain();
                EdgeClient client = EdgeClient.builder()
                        .combiner(GrpcConnectionOptions.of("localhost", combiner.port())
                                .withTls(TlsMode.PLAINTEXT))
                        .credential(Credential.token(TOKEN))
                        .stateDirectory(Path.of(arguments[0]))
                        .build()) {
            client.start();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> client.state() == ClientState.CONNECTED);
        }
        System.out.println("--- done");
    }
}
