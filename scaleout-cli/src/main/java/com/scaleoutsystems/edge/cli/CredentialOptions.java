package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.network.Credential;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the token comes from. */
final class CredentialOptions {

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the token, of any kind; - reads standard input.")
    private @Nullable String file;

    @Option(names = "--token-env", paramLabel = "VAR", description = "Environment variable with the token.")
    private @Nullable String variable;

    /** Reads the token. */
    Credential read(Console console) {
        return Secrets.read(console, file, variable, Credential::token);
    }
}
