package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One client's tokens on disk: JSON with the reference client's keys and a few more, readable only by its owner, and encrypted
 * if the program sets a key. Blocks on the disk: not for strands.
 */
public final class TokenFile {

    private static final Logger LOG = Loggers.of(Loggers.API);
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int TAG_BITS = 128;

    private final Path file;
    private final Optional<SecretKey> key;

    /**
     * Tokens in a file, which need not exist yet.
     *
     * @param key encrypts the file if it is given
     */
    public TokenFile(Path file, Optional<SecretKey> key) {
        this.file = file;
        this.key = key;
    }

    /** The tokens, if there are any that can be read. A damaged file is set aside, with a warning that says why. */
    public Optional<SavedTokens> load() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (OwnerOnly.tighten(file)) {
                LOG.warn(
                        "other users could read the token file {}; the client has corrected this, but they may know the tokens",
                        file);
            }
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return Optional.of(tokens(decrypted(Json.readObject("the token file", text))));
        } catch (EdgeException | GeneralSecurityException | IllegalArgumentException damaged) {
            setAside(reason(damaged));
        } catch (Throwable unreadable) {
            // Whatever the disk or the host's key throws: the credential is still there.
            LOG.warn(
                    "the token file {} is unreadable ({}); the client uses the credential again",
                    file,
                    Failures.describe(unreadable));
        }
        return Optional.empty();
    }

    private String reason(Exception damaged) {
        if (damaged instanceof EdgeException known && known.code() == ErrorCode.FAILED_PRECONDITION) {
            return String.valueOf(known.getMessage());
        }
        // Other messages may quote what the file holds.
        return damaged instanceof GeneralSecurityException
                ? "it was encrypted under another key, or is damaged"
                : "it is damaged";
    }

    private void setAside(String reason) {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn("the token file {} is unusable: {}; the client keeps it as {}", file, reason, aside.getFileName());
        } catch (IOException e) {
            LOG.warn(
                    "the token file {} is unusable: {}; the client cannot rename it either ({})",
                    file,
                    reason,
                    e.toString());
        }
    }

    private Map<String, @Nullable Object> decrypted(Map<String, @Nullable Object> content)
            throws GeneralSecurityException {
        boolean encrypted = content.containsKey("ciphertext");
        if (encrypted && key.isEmpty()) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "it is encrypted; give its key to TokenSettings.withEncryptionKey(...)");
        }
        if (!encrypted) {
            return content;
        }
        Cipher cipher = Cipher.getInstance(CIPHER);
        byte[] nonce = Base64.getDecoder().decode(text(content, "nonce"));
        cipher.init(Cipher.DECRYPT_MODE, key.orElseThrow(), new GCMParameterSpec(TAG_BITS, nonce));
        byte[] plain = cipher.doFinal(Base64.getDecoder().decode(text(content, "ciphertext")));
        return Json.readObject("the token file", new String(plain, StandardCharsets.UTF_8));
    }

    private static SavedTokens tokens(Map<String, @Nullable Object> content) {
        String refresh = text(content, "refresh_token");
        if (refresh.isEmpty()) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "it has no refresh token");
        }
        return new SavedTokens(
                text(content, "client_id"),
                text(content, "endpoint"),
                text(content, "source"),
                text(content, "access_token"),
                refresh,
                time(text(content, "expires_at")));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException unknown) {
            return Optional.empty();
        }
    }

    private static String text(Map<String, @Nullable Object> content, String key) {
        return Objects.requireNonNullElse(content.get(key), "") instanceof String text ? text : "";
    }

    /**
     * Keeps these tokens in place of the former ones. They are on the disk when this returns.
     *
     * @param now when they came
     * @throws EdgeException IO if they cannot be written
     */
    public void save(SavedTokens tokens, Instant now) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put("access_token", tokens.accessToken());
        content.put("refresh_token", tokens.refreshToken());
        content.put("expires_at", tokens.expiresAt().map(TokenFile::iso).orElse(null));
        content.put("updated_at", iso(now));
        content.put("client_id", tokens.clientId());
        content.put("endpoint", tokens.endpoint());
        content.put("source", tokens.source());
        try {
            OwnerOnly.directory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            OwnerOnly.write(
                    file, Json.write("the token file", encrypted(content)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException | GeneralSecurityException e) {
            throw new EdgeException(
                    ErrorCode.IO,
                    "the tokens cannot be kept in " + file + " (" + e
                            + "); without the newest one the client may not be able to"
                            + " join again after a restart: give a writable directory to TokenSettings.withDirectory(...)",
                    e);
        }
    }

    private static String iso(Instant time) {
        return OffsetDateTime.ofInstant(time, ZoneOffset.UTC).toString();
    }

    private Map<String, @Nullable Object> encrypted(Map<String, @Nullable Object> content)
            throws GeneralSecurityException {
        if (key.isEmpty()) {
            return content;
        }
        Cipher cipher = Cipher.getInstance(CIPHER);
        // The provider draws a new nonce each time.
        cipher.init(Cipher.ENCRYPT_MODE, key.get());
        byte[] ciphertext = cipher.doFinal(Json.write("the token file", content).getBytes(StandardCharsets.UTF_8));
        Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
        envelope.put("encryption", CIPHER);
        envelope.put("nonce", Base64.getEncoder().encodeToString(cipher.getIV()));
        envelope.put("ciphertext", Base64.getEncoder().encodeToString(ciphertext));
        return envelope;
    }
}
