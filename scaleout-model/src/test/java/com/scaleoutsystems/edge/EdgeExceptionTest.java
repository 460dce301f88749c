package com.scaleoutsystems.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EdgeExceptionTest {

    @Test
    void theMessageIsOneLineWhateverItQuotes() {
        String quoted = "model 'a\n2026-11-30 ERROR forged\u2028\u001b[2K\u202eb\tc' is not ä\ud83d\ude00";

        assertThat(new EdgeException(ErrorCode.NOT_FOUND, quoted))
                .hasMessage("model 'a 2026-11-30 ERROR forged ?[2K?b c' is not ä\ud83d\ude00");
        assertThat(new ModelException(ErrorCode.DATA_LOSS, "format", quoted).getMessage())
                .hasLineCount(1);
    }
}
