package com.scaleoutsystems.edge.model.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LateMappingTest {

    private static final Path FILE = Path.of("model.tmp");

    /** So says the JDK where the address space or the number of mappings is used up. */
    @Test
    void lackOfMemoryForAMappingIsNoFaultOfTheDisk() {
        IOException thrown = new IOException("Map failed", new OutOfMemoryError("Map failed"));

        assertThatThrownBy(() -> LateMapping.notMapped(FILE, thrown))
                .isInstanceOfSatisfying(ModelException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
                    assertThat(e.reason()).isEqualTo("memory");
                })
                .hasMessageContaining("model.tmp")
                .hasMessageContaining("vm.max_map_count")
                .hasCause(thrown);
    }

    @Test
    void faultOfTheDiskStaysWhatItIs() {
        IOException thrown = new IOException("Input/output error");

        assertThat(LateMapping.notMapped(FILE, thrown)).isSameAs(thrown);
    }
}
