package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTextTest {

    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbGluaWMtMSJ9.c2lnbmF0dXJl";

    @Test
    void plainWordsStayAsTheyAre() {
        for (String words :
                List.of("no such model", "größer als 5 € (höchstens 4)", "日本語", "keyJsonWebToken is unknown", "👍🏽")) {
            assertThat(ServerText.of(words)).isEqualTo(words);
            assertThat(ServerText.argument(words)).isEqualTo(words);
        }
        assertThat(ServerText.of(null)).isEmpty();
        assertThat(ServerText.of("  ")).isEmpty();
    }

    @Test
    void tokensAreLeftOut() {
        for (String shown : List.of(TOKEN, TOKEN.substring(0, 30), TOKEN + ".more.parts", "x" + TOKEN)) {
            String text = "bad authorization 'Bearer " + shown + "'";
            assertThat(ServerText.of(text))
                    .startsWith("bad authorization 'Bearer ")
                    .doesNotContain("eyJ");
            assertThat(ServerText.argument("task " + shown)).doesNotContain("eyJ");
        }
        assertThat(ServerText.of("Bearer authentication expected")).isEqualTo("Bearer authentication expected");
        assertThat(ServerText.of("got Bearer opaque-0123456789 instead")).isEqualTo("got Bearer … instead");
        assertThat(ServerText.of("who is opaque-1, opaque-11?", List.of("opaque-1", "opaque-11", "")))
                .isEqualTo("who is …, …?");
    }

    @Test
    void tokenAtTheLimitIsNotShownInPart() {
        for (int before = 220; before < 310; before++) {
            assertThat(ServerText.of("x".repeat(before) + " " + TOKEN)).doesNotContain("eyJ");
            assertThat(ServerText.of("x".repeat(before) + " opaque-1", List.of("opaque-1")))
                    .doesNotContain("opaque");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\n2026-11-30 ERROR forged",
                "a\r2026-11-30 ERROR forged",
                "a\u00852026-11-30 ERROR forged",
                "a\u20282026-11-30 ERROR forged",
                "a\u20292026-11-30 ERROR forged",
                "a\u000b\f2026-11-30 ERROR forged",
                "\u001b[2J\u001b[31mred",
                "\u009b31mred",
                "\u202egnorw\u202c",
                "\u2066isolated\u2069",
                "\u200bnothing\ufeff",
                "bell\u0007, back\b\b\b, nul\0",
                "lone \ud800 surrogate"
            })
    void noCharacterSteersTheOutput(String hostile) {
        for (String line : List.of(ServerText.of(hostile), ServerText.argument(hostile))) {
            assertThat(line.codePoints().filter(ServerTextTest::steers).toArray())
                    .isEmpty();
            assertThat(line.lines()).hasSize(1);
        }
    }

    private static boolean steers(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    @Test
    void pagesBecomeTheirTitle() {
        String page = "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>…</body></html>";
        assertThat(ServerText.of(page)).isEqualTo("a web page (413 Request Entity Too Large)");
        assertThat(ServerText.of("HTTP status code 413 " + page))
                .isEqualTo("HTTP status code 413 a web page (413 Request Entity Too Large)");
        assertThat(ServerText.of("\n <!DOCTYPE HTML><p>sign in")).isEqualTo("a web page");
        assertThat(ServerText.of("a < b")).isEqualTo("a < b");
        assertThat(ServerText.of("<StatusCode.NOT_FOUND>")).isEqualTo("<StatusCode.NOT_FOUND>");
    }

    @Test
    void dumpsOfTheLibraryAreLeftOut() {
        assertThat(ServerText.of("ssl exception\nChannel Pipeline: [SslHandler#0, ClientTlsHandler#0]"))
                .isEqualTo("ssl exception");
        assertThat(
                        ServerText.of(
                                "HTTP status code 404\ninvalid content-type: text/html\n"
                                        + "headers: Metadata(:status=404,set-cookie=secret)\nDATA-----------------------------\n<html>"))
                .isEqualTo("HTTP status code 404 invalid content-type: text/html");
    }

    @Test
    void longTextsAreCut() {
        assertThat(ServerText.of("long ".repeat(1_000_000))).hasSize(301).endsWith("…");
        assertThat(ServerText.argument("long ".repeat(1_000_000)))
                .hasSize(2_001)
                .endsWith("…");
        assertThat(ServerText.of("x".repeat(299) + "👍👍")).hasSize(300).endsWith("x…");
    }
}
