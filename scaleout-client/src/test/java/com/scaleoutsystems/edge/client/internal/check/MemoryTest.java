package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {

    @ParameterizedTest
    @CsvSource({
        "Java heap space, -Xmx",
        "unable to create native thread: possibly out of memory or process/resource limits reached, ulimit -u",
        "Metaspace, -XX:MaxMetaspaceSize",
        "Cannot reserve 16 bytes of direct buffer memory, -XX:MaxDirectMemorySize"
    })
    void theCureIsThatOfWhatRanOut(String message, String cure) {
        Throwable failure = new IllegalStateException(new OutOfMemoryError(message));

        assertThat(Memory.cure(failure)).contains(cure);
    }

    @ParameterizedTest
    @CsvSource({"unable to create native thread", "Metaspace"})
    void whatIsNoLackOfHeapIsNotToldToNeedMoreOfIt(String message) {
        assertThat(Memory.cure(new OutOfMemoryError(message))).doesNotContain("-Xmx");
    }
}
