package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the token comes from. Never the command line itself, which every user of the machine may read. */
final class CredentialOptions {

    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the token, of any kind; - reads standard input.")
    private @Nullable String file;

    @Option(names = "--token-env", paramLabel = "VAR", description = "Environment variable with the token.")
    private @Nullable String variable;

    /** Reads the token. */
    Credential read(Console console) {
        String source = file != null ? file : "the environment variable " + variable;
        try {
            return Credential.token(file != null ? fromFile(console, file) : fromEnvironment(console));
        } catch (IllegalArgumentException e) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, source + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw Failures.file("cannot read the token from", Path.of(source), e);
        }
    }

    private static String fromFile(Console console, String file) throws IOException {
        byte[] content = file.equals(STANDARD_INPUT) ? console.in().readAllBytes() : Files.readAllBytes(Path.of(file));
        return new String(content, StandardCharsets.UTF_8);
    }

    private String fromEnvironment(Console console) {
        String token = console.environment().get(variable);
        if (token == null) {
            throw new IllegalArgumentException("it is not set; set it to the token");
        }
        return token;
    }
}
