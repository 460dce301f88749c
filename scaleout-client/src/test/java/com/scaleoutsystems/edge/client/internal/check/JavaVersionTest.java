package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import org.junit.jupiter.api.Test;

class JavaVersionTest {

    @Test
    void jvmWithoutVirtualThreadsIsRefusedWithTheCure() {
        assertThatThrownBy(() -> JavaVersion.requireVirtualThreads(20))
                .isInstanceOf(EdgeException.class)
                .hasMessageContainingAll("Java 20", "21 or newer", "CallbackThreads.platform()");
        assertThatNoException().isThrownBy(() -> JavaVersion.requireVirtualThreads(21));
    }
}
