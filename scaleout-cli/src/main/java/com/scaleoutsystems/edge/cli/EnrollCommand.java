package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Turns an enrollment token into an identity of the client's own. */
@Command(
        name = "enroll",
        description = {
            "Exchanges an enrollment token for the client's own credentials, stores them in its state directory and prints"
                    + " the client's id.",
            "'scaleout-edge client' with the same --state-dir, --name or --client-id then joins without a token."
        })
final class EnrollCommand extends BaseCommand {

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    EnrollCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        EdgeClientBuilder builder = rightUsage(() -> connection.builder(console));
        if (connection.isStateless()) {
            throw wrongUsage("--stateless leaves no place for the credentials; give --state-dir, or neither");
        }
        if (!connection.namesState(console)) {
            // The default state directory is named after the client.
            builder.clientId(UUID.randomUUID().toString());
        }
        try (EdgeClient client = builder.build()) {
            console.line(client.enroll());
        }
    }
}
