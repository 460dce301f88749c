package com.scaleoutsystems.edge.client.network;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Where the client keeps its tokens. A refresh token that the server replaces at each use is worthless after one use, so a client
 * that is to outlive its process must keep the latest one.
 *
 * @param persist whether tokens are written to disk at all
 * @param directory where; empty for the client's state directory. A client without one keeps its tokens in memory
 * @param encryptionKey an AES key of 16, 24 or 32 bytes that the file is encrypted with; empty for a plain file that only its owner
 *     may read
 */
public record TokenSettings(boolean persist, Optional<Path> directory, Optional<SecretKey> encryptionKey) {

    /**
     * Checks the key.
     *
     * @param persist whether tokens are written to disk at all
     * @param directory where; empty for the client's state directory
     * @param encryptionKey an AES key of 16, 24 or 32 bytes, or empty
     */
    public TokenSettings {
        Objects.requireNonNull(directory, "directory");
        if (encryptionKey.isPresent() && !"AES".equals(encryptionKey.get().getAlgorithm())) {
            throw new IllegalArgumentException(
                    "the key that encrypts tokens is for " + encryptionKey.get().getAlgorithm()
                            + "; expected one for AES, such as new SecretKeySpec(bytes, \"AES\")");
        }
    }

    /**
     * Plain files in the state directory.
     *
     * @return the defaults
     */
    public static TokenSettings defaults() {
        return new TokenSettings(true, Optional.empty(), Optional.empty());
    }

    /**
     * Keeps tokens in memory only.
     *
     * @return the settings
     */
    public static TokenSettings inMemory() {
        return new TokenSettings(false, Optional.empty(), Optional.empty());
    }

    /**
     * These settings with a directory of their own.
     *
     * @param value made if it is not there, for its owner only
     * @return the changed copy
     */
    public TokenSettings withDirectory(Path value) {
        return new TokenSettings(true, Optional.of(value), encryptionKey);
    }

    /**
     * These settings with encryption. A file that cannot be decrypted is set aside, and the credential is used anew.
     *
     * @param key an AES key of 16, 24 or 32 bytes; the host keeps it
     * @return the changed copy
     */
    public TokenSettings withEncryptionKey(SecretKey key) {
        return new TokenSettings(persist, directory, Optional.of(key));
    }

    @Override
    public String toString() {
        return "TokenSettings[persist=" + persist + ", directory=" + directory + ", encrypted="
                + encryptionKey.isPresent() + "]";
    }
}
