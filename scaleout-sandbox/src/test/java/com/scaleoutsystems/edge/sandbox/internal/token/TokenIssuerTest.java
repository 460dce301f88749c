package com.scaleoutsystems.edge.sandbox.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.scaleoutsystems.edge.sandbox.internal.token.TokenIssuer.RefreshKind;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenIssuerTest {
    private final TokenIssuer tokens = new TokenIssuer(Clock.systemUTC(), Duration.ofHours(1));

    @Test
    void ofRefreshTokensThatNobodyUsesTheNewestAreGood() throws Exception {
        String oldest = tokens.issue().refresh();
        String second = tokens.issue().refresh();
        for (int i = 2; i <= 10_000; i++) {
            tokens.issue();
        }
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> tokens.refresh(RefreshKind.PLAIN, oldest));
        assertThat(tokens.refresh(RefreshKind.PLAIN, second)).isNotNull();
    }
}
