package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Where the client keeps its tokens. If the server replaces a refresh token at each use, old ones are worthless. So a client that
 * should join again after a restart must keep the latest one.
 *
 * <p>Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TokenSettings {

    private static final TokenSettings DEFAULTS = new TokenSettings(new Values());

    private final Values values;

    private TokenSettings(Values values) {
        this.values = values;
    }

    private TokenSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TokenSettings(copy);
    }

    /** The values with their defaults. An object of settings never changes the object that it was made with. */
    private static final class Values {

        boolean persist = true;

        @Nullable
        Path directory;

        @Nullable
        SecretKey encryptionKey;

        Values() {}

        Values(Values other) {
            persist = other.persist;
            directory = other.directory;
            encryptionKey = other.encryptionKey;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("persist", persist)
                    .with("directory", directory)
                    .withSecret("encryptionKey", encryptionKey);
        }
    }

    /**
     * Plain files in the state directory.
     *
     * @return the defaults
     */
    public static TokenSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Tokens in memory only.
     *
     * @return the settings
     */
    public static TokenSettings inMemory() {
        return DEFAULTS.changed(copy -> copy.persist = false);
    }

    /**
     * Whether the client writes tokens to disk.
     *
     * @return true, except for settings from {@link #inMemory()}
     */
    public boolean persist() {
        return values.persist;
    }

    /**
     * The directory of the tokens. Without one the tokens are in the state directory, and a client without a state directory keeps them in
     * memory.
     *
     * @return the directory, if one is set
     */
    public Optional<Path> directory() {
        return Optional.ofNullable(values.directory);
    }

    /**
     * The key that encrypts the tokens. Without one the tokens are in a plain file that only its owner may read.
     *
     * @return an AES key of 16, 24 or 32 bytes, if one is set
     */
    public Optional<SecretKey> encryptionKey() {
        return Optional.ofNullable(values.encryptionKey);
    }

    /**
     * Encrypts the tokens. If the client cannot decrypt a file, it sets the file aside and uses the credential again.
     *
     * @param key an AES key of 16, 24 or 32 bytes; the program keeps it
     * @return the changed copy
     */
    public TokenSettings withEncryptionKey(SecretKey key) {
        if (!"AES".equals(key.getAlgorithm())) {
            throw new IllegalArgumentException("the key that encrypts tokens is for " + key.getAlgorithm()
                    + "; expected one for AES, such as new SecretKeySpec(bytes, \"AES\")");
        }
        return changed(copy -> copy.encryptionKey = key);
    }

    /**
     * Keeps the tokens in a plain file.
     *
     * @return the changed copy
     */
    public TokenSettings withoutEncryptionKey() {
        return changed(copy -> copy.encryptionKey = null);
    }

    /**
     * Keeps the tokens in a directory of their own, also if the settings kept them in memory before.
     *
     * @param value the directory; if it is missing, the client creates it for its owner only
     * @return the changed copy
     */
    public TokenSettings withDirectory(Path value) {
        Objects.requireNonNull(value, "directory");
        return changed(copy -> {
            copy.persist = true;
            copy.directory = value;
        });
    }

    /**
     * Keeps the tokens in the state directory.
     *
     * @return the changed copy
     */
    public TokenSettings withoutDirectory() {
        return changed(copy -> copy.directory = null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TokenSettings" + values.named();
    }
}
