package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the end of a call means, by its status and its words. */
class FailureKindTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Words of gateways, service meshes and servers that limit the rate of calls.
                "RESOURCE_EXHAUSTED | | RATE_LIMIT",
                "RESOURCE_EXHAUSTED | Quota exceeded for quota metric 'calls' | RATE_LIMIT",
                "RESOURCE_EXHAUSTED | request rate limited | RATE_LIMIT",
                "RESOURCE_EXHAUSTED | the maximum number of calls is 10 | RATE_LIMIT",
                "RESOURCE_EXHAUSTED | Bandwidth exhausted | RATE_LIMIT",
                // Words of the libraries of gRPC.
                "RESOURCE_EXHAUSTED | Received message larger than max (5000000 vs. 4194304) | TOO_LARGE",
                "RESOURCE_EXHAUSTED | grpc: received message larger than max (5000000 vs. 4194304) | TOO_LARGE",
                "RESOURCE_EXHAUSTED | gRPC message exceeds maximum size 4194304: 5000000 | TOO_LARGE",
                "RESOURCE_EXHAUSTED | Received message exceeds the maximum configured message size. | TOO_LARGE",
                "INTERNAL | Received message larger than max (5000000 vs. 4194304) | TOO_LARGE",
                "UNKNOWN | gRPC message exceeds maximum size 4194304: 5000000 | TOO_LARGE",
                "UNAVAILABLE | away | OUTAGE",
                "UNAUTHENTICATED | expired | OUTAGE",
                "DEADLINE_EXCEEDED | | TIMEOUT",
                "FAILED_PRECONDITION | disk full | UNCLEAR",
                "INTERNAL | a bug | UNCLEAR",
                "UNKNOWN | rate limited | UNCLEAR",
                "ABORTED | | UNCLEAR",
                "CANCELLED | | UNCLEAR",
                "INVALID_ARGUMENT | no | REFUSED",
                "OUT_OF_RANGE | no | REFUSED",
                "NOT_FOUND | no | REFUSED",
                "ALREADY_EXISTS | no | REFUSED",
                "PERMISSION_DENIED | no | REFUSED",
                "UNIMPLEMENTED | no | REFUSED",
                "DATA_LOSS | no | REFUSED"
            })
    void eachStatusWithItsWordsHasItsKind(Status.Code status, String text, FailureKind kind) {
        EdgeException error = GrpcErrors.of(
                "sending", Status.fromCode(status).withDescription(text).asRuntimeException());

        assertThat(FailureKind.of(error)).isEqualTo(kind);
        assertThat(error.retryable()).isEqualTo(kind != FailureKind.REFUSED && kind != FailureKind.TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource({
        "0, OUTAGE",
        "200, OUTAGE",
        "302, OUTAGE",
        "401, OUTAGE",
        "403, OUTAGE",
        "404, OUTAGE",
        "413, TOO_LARGE",
        "429, RATE_LIMIT",
        "431, OUTAGE",
        "500, OUTAGE",
        "502, OUTAGE",
        "503, OUTAGE",
        "504, OUTAGE"
    })
    void eachPageOfAProxyHasItsKindAndMayPass(int httpStatus, FailureKind kind) {
        EdgeException page = new ProxyAnswerException("a page", httpStatus, null);

        // A call's failure names the call, and is of the same kind.
        EdgeException error =
                GrpcErrors.of("sending", Status.UNAVAILABLE.withCause(page).asRuntimeException());
        assertThat(FailureKind.of(page)).isEqualTo(kind);
        assertThat(FailureKind.of(error)).isEqualTo(kind);
        assertThat(FailureKind.isOfTheNetwork(error)).isTrue();
    }

    @Test
    void aLackOfThisMachineIsNoLimitOfTheOtherSide() {
        EdgeException memory = GrpcErrors.of("sending", new OutOfMemoryError("Java heap space"));
        EdgeException files = new EdgeException(ErrorCode.RESOURCE_EXHAUSTED, "no more files", null, true, 1);

        assertThat(FailureKind.of(memory)).isEqualTo(FailureKind.UNCLEAR);
        assertThat(FailureKind.of(files)).isEqualTo(FailureKind.UNCLEAR);
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSED, false, true",
        "UNCLEAR, false, true",
        "OUTAGE, true, true",
        "TIMEOUT, true, true",
        "RATE_LIMIT, true, false",
        "TOO_LARGE, false, false"
    })
    void onlyALimitShowsThatTheNetworkWorks(FailureKind kind, boolean network, boolean outage) {
        Status status = switch (kind) {
            case REFUSED -> Status.NOT_FOUND;
            case UNCLEAR -> Status.INTERNAL;
            case OUTAGE -> Status.UNAVAILABLE;
            case TIMEOUT -> Status.DEADLINE_EXCEEDED;
            case RATE_LIMIT -> Status.RESOURCE_EXHAUSTED;
            case TOO_LARGE -> Status.RESOURCE_EXHAUSTED.withDescription("larger than max");
        };
        EdgeException error = GrpcErrors.of("sending", status.asRuntimeException());

        assertThat(FailureKind.isOfTheNetwork(error)).isEqualTo(network);
        assertThat(FailureKind.mayBeAnOutage(error)).isEqualTo(outage);
    }
}
