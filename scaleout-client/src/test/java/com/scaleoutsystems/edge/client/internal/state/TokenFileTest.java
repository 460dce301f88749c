package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.ProviderException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2100-01-01T00:00:00.005Z");
    private static final SavedTokens TOKENS =
            new SavedTokens("client-1", "CLIENT", "fingerprint", "acc", "ref", Optional.of(END));

    @TempDir
    Path folder;

    private TokenFile file(SecretKey... key) {
        return new TokenFile(path(), Arrays.stream(key).findFirst());
    }

    private Path path() {
        return folder.resolve("deep/er/tokens.json");
    }

    private static SecretKey key(int octet) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) octet);
        return new SecretKeySpec(bytes, "AES");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("deep/er"))) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** One cache file of the golden files. */
    record Row(JsonNode row) {

        @Override
        public String toString() {
            return row.get("about").asText();
        }

        String content() {
            String file = row.get("file").asText();
            Matcher relative = Pattern.compile("<expires_at is now\\+(\\d+)s>").matcher(file);
            return relative.matches()
                    ? "{\"access_token\": \"a\", \"refresh_token\": \"r\", \"expires_at\": \""
                            + OffsetDateTime.ofInstant(
                                    NOW.plusSeconds(Long.parseLong(relative.group(1))), ZoneOffset.UTC)
                            + "\"}"
                    : file;
        }
    }

    static Stream<Row> files() {
        return StreamSupport.stream(Vectors.part("jwt/token-cache", "rows").spliterator(), false)
                .map(Row::new);
    }

    @ParameterizedTest
    @MethodSource("files")
    void filesOfTheReferenceMeanTheSame(Row given) throws IOException {
        Path path = folder.resolve("tokens.json");
        if (!given.row().get("file").isNull()) {
            Files.writeString(path, given.content());
        }

        Optional<SavedTokens> tokens = new TokenFile(path, Optional.empty()).load();

        assertThat(tokens.map(saved -> saved.isValid(NOW)).orElse(false))
                .isEqualTo(given.row().get("valid").path("value").asBoolean(false));
        assertThat(tokens.map(SavedTokens::refreshToken).orElse(null))
                .isEqualTo(given.row().get("refresh_token").path("value").textValue());
    }

    @Test
    void whatIsSavedIsReadAgainAndHasTheKeysOfTheReference() throws IOException {
        TokenFile file = file();
        file.save(TOKENS, NOW);

        assertThat(file.load()).contains(TOKENS);
        assertThat(Files.readString(path()))
                .contains(
                        "\"access_token\": \"acc\", \"refresh_token\": \"ref\", \"expires_at\": \"2100-01-01T00:00:00.005Z\"")
                .contains("\"updated_at\": \"2026-01-01T00:00Z\"");
        assertThat(names()).containsExactly("tokens.json");
    }

    @Test
    void onlyTheOwnerMayReadFileAndDirectory() throws IOException {
        TokenFile file = file();
        file.save(TOKENS, NOW);

        JsonNode expected = Vectors.read("jwt/token-cache");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path().getParent())))
                .isEqualTo("rwx------");
        assertThat(expected.get("file_mode").asText()).isEqualTo("0o600");
        assertThat(expected.get("directory_mode").asText()).isEqualTo("0o700");
    }

    @Test
    void aFileThatOthersMayReadIsTakenFromThem() throws IOException {
        TokenFile file = file();
        file.save(TOKENS, NOW);
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(file.load()).contains(TOKENS);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void anEncryptedFileShowsNothingAndIsNeverTheSameTwice() throws IOException {
        TokenFile file = file(key(1));
        file.save(TOKENS, NOW);
        String first = Files.readString(path());
        file.save(TOKENS, NOW);

        assertThat(file.load()).contains(TOKENS);
        assertThat(first).doesNotContain("acc\"", "ref\"", "client-1", "fingerprint");
        assertThat(Files.readString(path())).isNotEqualTo(first);
    }

    @Test
    void aFileUnderAnotherKeyIsSetAsideAndReplacesNoneThatWasSetAsideBefore() throws IOException {
        for (int octet : new int[] {1, 3, 4}) {
            file(key(octet)).save(TOKENS, NOW);

            assertThat(file(key(2)).load()).isEmpty();
        }
        assertThat(names()).containsExactly("tokens.json.damaged", "tokens.json.damaged-2", "tokens.json.damaged-3");
        Files.move(folder.resolve("deep/er/tokens.json.damaged"), path());
        assertThat(file(key(1)).load()).as("the first one").contains(TOKENS);
    }

    @Test
    void anEncryptedFileWaitsForItsKey() throws IOException {
        file(key(1)).save(TOKENS, NOW);

        assertThatThrownBy(() -> file().load())
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("withEncryptionKey");
        assertThat(names()).containsExactly("tokens.json");
        assertThat(file(key(1)).load()).contains(TOKENS);
    }

    /** What a key whose store is away may do when the cipher asks it. */
    static List<Supplier<byte @Nullable []>> keysThatAreAway() {
        return List.of(
                // The cipher throws InvalidKeyException.
                () -> null,
                () -> {
                    throw new ProviderException("the store is away");
                },
                () -> {
                    throw new IllegalArgumentException("the store is away");
                },
                () -> {
                    throw new EdgeException(ErrorCode.UNAUTHENTICATED, "the store is away");
                },
                () -> {
                    throw new NoClassDefFoundError("the store is away");
                });
    }

    @ParameterizedTest
    @MethodSource("keysThatAreAway")
    void aFileWhoseKeyIsAwayStaysAndIsReadLater(Supplier<byte @Nullable []> encoded) throws IOException {
        file(key(1)).save(TOKENS, NOW);
        SecretKey away = new SecretKey() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getAlgorithm() {
                return "AES";
            }

            @Override
            public String getFormat() {
                return "RAW";
            }

            @Override
            public byte @Nullable [] getEncoded() {
                return encoded.get();
            }
        };

        assertCannotBeReadNow(file(away));
        assertThat(names()).containsExactly("tokens.json");
        assertThat(file(key(1)).load()).contains(TOKENS);
    }

    @Test
    void aFileThatTheDiskDoesNotGiveIsNoMissingFile() throws IOException {
        Files.createDirectories(path());

        assertCannotBeReadNow(file());
        assertThat(names()).containsExactly("tokens.json");
    }

    private static void assertCannotBeReadNow(TokenFile file) {
        assertThatThrownBy(file::load)
                .isInstanceOfSatisfying(EdgeException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.IO);
                    assertThat(error.retryable()).isTrue();
                })
                .hasMessageContaining("cannot be read now")
                .hasMessageContaining("delete the file")
                .hasCauseInstanceOf(Throwable.class);
    }

    @Test
    void whereNoFileCanBeThereIsNone() throws IOException {
        assertThat(file().load()).isEmpty();
        Files.writeString(folder.resolve("deep"), "a file");
        assertThat(file().load()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\u00ff",
                "{\"nonce\": \"?\", \"ciphertext\": \"AAAA\"}",
                "{\"nonce\": \"\", \"ciphertext\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
                "{\"nonce\": \"AAAAAAAAAAAAAAAA\", \"ciphertext\": \"AAAA\"}",
                "{\"refresh_token\": \"\"}"
            })
    void aFileWithBrokenContentIsSetAside(String content) throws IOException {
        Files.createDirectories(path().getParent());
        Files.writeString(path(), content, StandardCharsets.ISO_8859_1);

        assertThat(file(key(1)).load()).isEmpty();
        assertThat(names()).containsExactly("tokens.json.damaged");
    }

    @Test
    void aFileWithAFlippedBitIsSetAside() throws IOException {
        TokenFile file = file(key(1));
        file.save(TOKENS, NOW);
        String text = Files.readString(path());
        int at = text.indexOf("ciphertext") + 20;
        char other = text.charAt(at) == 'A' ? 'B' : 'A';
        Files.writeString(path(), text.substring(0, at) + other + text.substring(at + 1));

        assertThat(file.load()).isEmpty();
        assertThat(names()).containsExactly("tokens.json.damaged");
    }

    @Test
    void aPlainFileIsTakenOverByAClientThatEncrypts() throws IOException {
        file().save(TOKENS, NOW);

        assertThat(file(key(1)).load()).contains(TOKENS);
    }

    @Test
    void anInterruptedWriteLeavesTheFormerTokens() throws IOException {
        TokenFile file = file();
        file.save(TOKENS, NOW);
        Files.writeString(path().resolveSibling("tokens.json.part"), "{\"access_tok");

        assertThat(file.load()).contains(TOKENS);
        file.save(TOKENS, NOW);
        assertThat(names()).containsExactly("tokens.json");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(folder.resolve("deep"), "a file");

        assertThatThrownBy(() -> file().save(TOKENS, NOW))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("withDirectory")
                .hasMessageNotContaining("ref\"");
    }

    @Test
    void savedTokensDoNotShowThemselves() {
        assertThat(TOKENS.toString()).doesNotContain("acc", "ref");
    }
}
