package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "CANCELLED, CANCELLED, true",
        "UNKNOWN, UNKNOWN, true",
        "INVALID_ARGUMENT, INVALID_ARGUMENT, false",
        "DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, true",
        "NOT_FOUND, NOT_FOUND, false",
        "ALREADY_EXISTS, ALREADY_EXISTS, false",
        "PERMISSION_DENIED, PERMISSION_DENIED, false",
        "RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED, true",
        "FAILED_PRECONDITION, FAILED_PRECONDITION, true",
        "ABORTED, UNKNOWN, true",
        "OUT_OF_RANGE, INVALID_ARGUMENT, false",
        "UNIMPLEMENTED, UNIMPLEMENTED, false",
        "INTERNAL, INTERNAL, true",
        "UNAVAILABLE, UNAVAILABLE, true",
        "DATA_LOSS, DATA_LOSS, false",
        "UNAUTHENTICATED, UNAUTHENTICATED, true"
    })
    void eachStatusHasItsCodeAndItsRetryability(Status.Code status, ErrorCode code, boolean retryable) {
        EdgeException error = GrpcErrors.of(
                "polling", Status.fromCode(status).withDescription("why").asRuntimeException());

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.retryable()).isEqualTo(retryable);
        assertThat(error).hasMessage("polling failed: " + status + ": why");
    }

    @ParameterizedTest
    @EnumSource(Status.Code.class)
    void noStatusIsWithoutARow(Status.Code status) {
        assertThat(GrpcErrors.of("a call", Status.fromCode(status).asRuntimeException())
                        .code())
                .isNotNull();
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, mode = EnumSource.Mode.EXCLUDE, names = "UNAUTHENTICATED")
    void aTokenThatCannotBeHadSaysNothingAboutACallWhateverItsCode(ErrorCode code) {
        EdgeException noToken = new EdgeException(code, "no token");

        EdgeException error = GrpcErrors.of(
                "sending", Status.UNAUTHENTICATED.withCause(noToken).asRuntimeException());

        assertThat(error.retryable()).isTrue();
        assertThat(FailureKind.of(error)).isEqualTo(FailureKind.OUTAGE);
    }

    @Test
    void theLackOfATokenNeverMeansThatACallIsRefusedForGood() {
        EdgeException noToken = new EdgeException(ErrorCode.UNAUTHENTICATED, "the refresh token was revoked");

        EdgeException error = GrpcErrors.of(
                "polling", Status.UNAUTHENTICATED.withCause(noToken).asRuntimeException());

        assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(error.retryable()).isFalse();
        assertThat(FailureKind.isForGood(error)).isFalse();
        assertThat(FailureKind.of(error)).isEqualTo(FailureKind.OUTAGE);
        assertThat(error)
                .hasMessage("polling failed: the refresh token was revoked")
                .hasCause(noToken);
    }

    @Test
    void aClassThatDoesNotFitIsNoAnswer() {
        NoSuchMethodError misfit = new NoSuchMethodError("io.grpc.CallOptions.withOnReadyThreshold(int)");
        for (Throwable failure : List.of(
                misfit,
                Status.UNKNOWN.withCause(misfit).asRuntimeException(),
                Status.CANCELLED
                        .withCause(new IllegalStateException("wrapped", misfit))
                        .asRuntimeException())) {
            EdgeException error = GrpcErrors.of("sending", failure);

            assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error.retryable()).isTrue();
            assertThat(FailureKind.of(error)).isEqualTo(FailureKind.OUTAGE);
            assertThat(error)
                    .hasMessageStartingWith("sending failed: ")
                    .hasMessageContainingAll("do not fit together", "withOnReadyThreshold", "found ", "gRPC 1.68");
        }
    }
}
