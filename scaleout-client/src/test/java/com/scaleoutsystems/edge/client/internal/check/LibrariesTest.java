package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.internal.Libraries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibrariesTest {

    @Test
    void aMissingMethodIsToldWithTheJarsAndTheCure() {
        String told = Libraries.misfit(new NoSuchMethodError("io.grpc.CallOptions.withOnReadyThreshold(int)"));

        assertThat(told)
                .contains("NoSuchMethodError: io.grpc.CallOptions.withOnReadyThreshold(int)")
                .contains("scaleout-bom")
                .contains("docs/platforms.md")
                .containsPattern("found protobuf-java-[0-9.]+\\.jar, grpc-api-[0-9.]+\\.jar, ");
    }

    @Test
    void theCauseOfAClassThatCouldNotBeInitialisedIsTold() {
        String told = Libraries.misfit(new ExceptionInInitializerError(new IllegalStateException("gencode 4.36.2")));

        assertThat(told).contains("gencode 4.36.2");
    }

    @ParameterizedTest
    @CsvSource({
        "1.62.2, true",
        "1.67.9, true",
        "0.15.0, true",
        "1.68.0, false",
        "1.85.1, false",
        "2.0.0, false",
        "unknown, false"
    })
    void theFloorOfGrpcIsAVersion(String version, boolean tooOld) {
        assertThat(Libraries.isTooOld(version)).isEqualTo(tooOld);
    }

    @Test
    void theGrpcOfThisBuildIsTaken() {
        assertThat(Libraries.tooOldGrpc()).isEmpty();
    }

    @Test
    void aMissingNativeLibraryIsAnotherMatter() {
        assertThat(Libraries.doNotFit(new UnsatisfiedLinkError("netty_tcnative")))
                .isFalse();
        assertThat(Libraries.doNotFit(new IllegalStateException())).isFalse();
    }
}
