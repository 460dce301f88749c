package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
import javax.crypto.AEADBadTagException;
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
    private static final String DAMAGED = "it is damaged";

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

    /** What the file holds are no tokens, and never will be. */
    private static final class Damage extends Exception {

        private static final long serialVersionUID = 1L;

        /** What the file holds is in no message. */
        Damage(String reason) {
            super(reason);
        }
    }

    /**
     * The tokens. Empty if there is no file, or a damaged one, which is set aside with a warning that says why.
     *
     * @throws EdgeException IO, retryable, if they cannot be read now: the disk or the host's key fails; FAILED_PRECONDITION if the file is
     *     encrypted and there is no key. The file stays as it is
     */
    public Optional<SavedTokens> load() {
        try {
            Optional<byte[]> content = content();
            return content.isEmpty() ? Optional.empty() : Optional.of(tokens(decrypted(content.get())));
        } catch (Damage damage) {
            setAside(String.valueOf(damage.getMessage()));
            return Optional.empty();
        } catch (EdgeException known) {
            // With a key, it is the host's key that has thrown it.
            throw key.isEmpty() ? known : unreadable(known);
        } catch (Throwable failure) {
            throw unreadable(failure);
        }
    }

    /** Whatever the disk or the host's key throws: the tokens may be the only identity that the client has. */
    private EdgeException unreadable(Throwable failure) {
        return new EdgeException(
                ErrorCode.IO,
                "the tokens in " + file + " cannot be read now (" + Failures.describe(failure)
                        + "); the client does not use its credential instead, because that may be used up: make the file and its key"
                        + " readable, or delete the file to log in with the credential",
                Failures.loggable(failure),
                true,
                1);
    }

    private Optional<byte[]> content() throws IOException {
        if (Files.notExists(file) || isBelowAFile()) {
            return Optional.empty();
        }
        tighten();
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** Then the system calls it neither there nor missing. */
    private boolean isBelowAFile() {
        Path above = file.toAbsolutePath().getParent();
        while (above != null && !Files.isDirectory(above)) {
            if (Files.isRegularFile(above)) {
                return true;
            }
            above = above.getParent();
        }
        return false;
    }

    private void tighten() {
        try {
            if (OwnerOnly.tighten(file)) {
                LOG.warn(
                        "other users could read the token file {}; the client has corrected this, but they may know the tokens",
                        file);
            }
        } catch (IOException | UnsupportedOperationException refused) {
            LOG.warn(
                    "other users may be able to read the token file {}, and the client cannot change that; check its owner and its mode: {}",
                    file,
                    refused.toString());
        }
    }

    /** Renames the file. One that was set aside before stays: it may hold the tokens of another key. */
    private void setAside(String reason) {
        try {
            Path aside = aside();
            Files.move(file, aside);
            LOG.warn("the token file {} is unusable: {}; the client keeps it as {}", file, reason, aside.getFileName());
        } catch (IOException e) {
            LOG.warn(
                    "the token file {} is unusable: {}; the client cannot rename it either ({})",
                    file,
                    reason,
                    e.toString());
        }
    }

    private Path aside() {
        String name = file.getFileName() + ".damaged";
        Path aside = file.resolveSibling(name);
        for (int number = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); number++) {
            aside = file.resolveSibling(name + "-" + number);
        }
        return aside;
    }

    private Map<String, @Nullable Object> decrypted(byte[] file) throws Damage, GeneralSecurityException {
        Map<String, @Nullable Object> content = object(file);
        if (!content.containsKey("ciphertext")) {
            return content;
        }
        byte[] nonce = bytes(content, "nonce");
        byte[] ciphertext = bytes(content, "ciphertext");
        if (nonce.length == 0 || ciphertext.length < TAG_BITS / Byte.SIZE) {
            throw new Damage(DAMAGED);
        }
        if (key.isEmpty()) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the tokens in " + this.file
                            + " are encrypted: give their key to TokenSettings.withEncryptionKey(...), or delete the"
                            + " file to log in with the credential");
        }
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(Cipher.DECRYPT_MODE, key.get(), new GCMParameterSpec(TAG_BITS, nonce));
        try {
            return object(cipher.doFinal(ciphertext));
        } catch (AEADBadTagException damaged) {
            throw new Damage("it was encrypted under another key, or is damaged");
        }
    }

    private static Map<String, @Nullable Object> object(byte[] text) throws Damage {
        try {
            return Json.readObject(
                    "the token file",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(text))
                            .toString());
        } catch (CharacterCodingException | EdgeException broken) {
            throw new Damage(DAMAGED);
        }
    }

    private static byte[] bytes(Map<String, @Nullable Object> content, String key) throws Damage {
        try {
            return Base64.getDecoder().decode(text(content, key));
        } catch (IllegalArgumentException broken) {
            throw new Damage(DAMAGED);
        }
    }

    private static SavedTokens tokens(Map<String, @Nullable Object> content) throws Damage {
        String refresh = text(content, "refresh_token");
        if (refresh.isEmpty()) {
            throw new Damage("it has no refresh token");
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
