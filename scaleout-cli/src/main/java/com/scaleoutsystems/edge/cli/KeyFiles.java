package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.model.Ed25519Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.function.Function;

/** Ed25519 keys in files. */
final class KeyFiles {

    private KeyFiles() {}

    static PrivateKey privateKey(Path file) {
        return read(file, Ed25519Keys::privateKey);
    }

    static PublicKey publicKey(Path file) {
        return read(file, Ed25519Keys::publicKey);
    }

    private static <K extends Key> K read(Path file, Function<String, K> parser) {
        String text;
        try {
            // Every byte is a character, so that a file of another kind fails as a key and not as a text.
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw Failures.file("cannot read the key", file, e);
        }
        try {
            return parser.apply(text);
        } catch (EdgeException e) {
            throw new EdgeException(e.code(), file + ": " + e.getMessage(), e.getCause());
        }
    }
}
