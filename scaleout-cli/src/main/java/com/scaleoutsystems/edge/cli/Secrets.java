package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Secrets come from files, standard input or the environment: every user of the machine may read a command line. */
final class Secrets {

    private static final String STANDARD_INPUT = "-";

    private Secrets() {}

    /**
     * Reads a secret.
     *
     * @param file the file, or {@code -} for standard input; null for the variable
     * @param variable the environment variable
     * @param parser what is made of it; its complaints must not repeat the secret
     */
    static <T> T read(Console console, @Nullable String file, @Nullable String variable, Function<String, T> parser) {
        String source = file != null ? file : "the environment variable " + variable;
        try {
            return parser.apply(file != null ? fromFile(console, file) : fromEnvironment(console, variable));
        } catch (IllegalArgumentException e) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, source + ": " + e.getMessage(), e.getCause());
        } catch (IOException e) {
            throw Failures.file("cannot read the secret from", Path.of(source), e);
        }
    }

    private static String fromFile(Console console, String file) throws IOException {
        byte[] content = file.equals(STANDARD_INPUT) ? console.in().readAllBytes() : Files.readAllBytes(Path.of(file));
        return new String(content, StandardCharsets.UTF_8);
    }

    private static String fromEnvironment(Console console, @Nullable String variable) {
        String secret = console.environment().get(variable);
        if (secret == null) {
            throw new IllegalArgumentException("it is not set; set it to the secret");
        }
        return secret;
    }
}
