package com.scaleoutsystems.edge.client.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallIdentityTest {

    @ParameterizedTest
    @CsvSource({
        "edge-client-07, edge-client-07",
        "Åsa, %C3%85sa",
        "100%, 100%25",
        "two words, two words",
        "\uD83D\uDE00, %F0%9F%98%80"
    })
    void namesOutsideAsciiArePercentEncoded(String name, String metadata) {
        assertThat(CallIdentity.printable(name)).isEqualTo(metadata);
    }

    @Test
    void controlCharactersArePercentEncoded() {
        assertThat(CallIdentity.printable("a\nb\tc")).isEqualTo("a%0Ab%09c");
    }
}
