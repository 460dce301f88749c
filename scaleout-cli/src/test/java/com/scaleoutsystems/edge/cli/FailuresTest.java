package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void classThatCannotBeInitialisedIsToldWithTheReason() {
        LinkageError first = new ExceptionInInitializerError(new IllegalStateException("no such provider"));
        NoClassDefFoundError second = new NoClassDefFoundError("Could not initialize class a.B");
        second.initCause(first);

        assertThat(Failures.oneLine(first))
                .isEqualTo(
                        "java.lang.ExceptionInInitializerError, because of java.lang.IllegalStateException: no such provider");
        assertThat(Failures.oneLine(second)).contains("Could not initialize class a.B", "no such provider");
        assertThat(Failures.oneLine(new IllegalStateException("plain", new RuntimeException("cause"))))
                .isEqualTo("java.lang.IllegalStateException: plain");
    }
}
