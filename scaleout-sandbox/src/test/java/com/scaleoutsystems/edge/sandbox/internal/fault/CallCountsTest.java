package com.scaleoutsystems.edge.sandbox.internal.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallCountsTest {
    private final CallCounts counts = new CallCounts();

    @Test
    void clientsThatCallNoMoreAreForgotten() {
        assertThat(counts.next("Announce of gone")).isEqualTo(1);
        for (int i = 1; i <= 20_000; i++) {
            assertThat(counts.next("Announce of client-1")).isEqualTo(i);
            counts.next("Announce of " + i);
        }

        assertThat(counts.next("Announce of gone")).isEqualTo(1);
    }
}
