package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    void aFileUnderAnotherKeyOrWithoutItsKeyIsSetAside() throws IOException {
        for (TokenFile other : List.of(file(key(2)), file())) {
            file(key(1)).save(TOKENS, NOW);

            assertThat(other.load()).isEmpty();
            assertThat(names()).containsExactly("tokens.json.damaged");
            Files.delete(folder.resolve("deep/er/tokens.json.damaged"));
        }
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
