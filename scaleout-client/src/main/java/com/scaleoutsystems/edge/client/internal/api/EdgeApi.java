package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The REST API of a network, as far as a client needs it. */
public interface EdgeApi {

    /**
     * Asks for a combiner, several times if that may help. Never fails: all ends are results.
     *
     * @param client who asks
     * @param preferredCombiner the combiner it would like, if any
     * @param bearer what it shows
     */
    CompletionStage<ConnectToApiResult> assign(
            ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer);

    /**
     * Exchanges an enrollment token for an identity of the client's own.
     *
     * @param enrollmentToken the token
     * @param name the client's name, or empty
     * @param clientId the id it wishes, if it has one
     */
    CompletionStage<Enrollment> enroll(String enrollmentToken, String name, Optional<String> clientId);

    /**
     * Exchanges a refresh token for an access token.
     *
     * @param endpoint which of the two token endpoints
     * @param refreshToken the token
     */
    CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken);

    /** The result of a request for an assignment that failed. Only the API itself can refuse a credential. */
    static ConnectToApiResult failed(Throwable failure) {
        EdgeException known = failure instanceof EdgeException own
                ? own
                : Misfits.explain(failure)
                        ? Misfits.refusal(failure)
                        : new EdgeException(
                                ErrorCode.INTERNAL,
                                "the request for an assignment failed: " + Failures.describe(failure),
                                failure);
        return known.code() == ErrorCode.UNAUTHENTICATED
                ? new ConnectToApiResult.Unauthorized(String.valueOf(known.getMessage()))
                : new ConnectToApiResult.Failed(known);
    }

    /** Whether the URL is incorrect for good: a port that wants TLS does not come to want none. */
    static boolean wantsTls(ConnectToApiResult.IncorrectUrl answer) {
        return answer.message().endsWith(Cures.WANTS_TLS);
    }

    /** Lets go of its connections. */
    void close();

    /**
     * An identity given out on enrollment.
     *
     * @param clientId the client's id
     * @param tokens its tokens
     */
    record Enrollment(String clientId, Tokens tokens) {}

    /** Where refresh tokens are exchanged. */
    enum TokenEndpoint {
        /** For tokens that a client got on enrollment. */
        CLIENT("api/v1/clients/token"),
        /** For tokens of users. */
        USER("api/auth/refresh");

        private final String path;

        TokenEndpoint(String path) {
            this.path = path;
        }

        String path() {
            return path;
        }
    }
}
