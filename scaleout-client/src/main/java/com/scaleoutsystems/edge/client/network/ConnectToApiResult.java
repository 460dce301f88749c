package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.EdgeException;
import java.util.Objects;

/**
 * The answer to the request for an assignment. The reference client has the same kinds, and calls the last one {@code UnknownError}.
 *
 * @since 0.1.0
 */
public sealed interface ConnectToApiResult {

    /**
     * The answer in words; the server's own text if there is one.
     *
     * @return the text
     */
    String message();

    /**
     * Whether the API assigned a combiner.
     *
     * @return true for {@link Assigned}
     */
    default boolean isAssigned() {
        return this instanceof Assigned;
    }

    /**
     * The API assigned a combiner (HTTP 200).
     *
     * @param clientId the client's id as the server knows it
     * @param options how to reach the combiner
     */
    record Assigned(String clientId, GrpcConnectionOptions options) implements ConnectToApiResult {
        /**
         * Checks that there is an id.
         *
         * @param clientId the client's id as the server knows it
         * @param options how to reach the combiner
         */
        public Assigned {
            Objects.requireNonNull(clientId, "clientId");
            Objects.requireNonNull(options, "options");
        }

        @Override
        public String message() {
            return "assigned to " + options.address();
        }
    }

    /**
     * The network has no compute package yet (HTTP 203). A later request may succeed.
     *
     * @param message the server's answer
     */
    record ComputePackageMissing(String message) implements ConnectToApiResult {}

    /**
     * The API refused the credential (HTTP 401).
     *
     * @param message the server's answer
     */
    record Unauthorized(String message) implements ConnectToApiResult {}

    /**
     * The API refused the client's description of itself (HTTP 400 or 406).
     *
     * @param message the server's answer
     */
    record UnmatchedConfig(String message) implements ConnectToApiResult {}

    /**
     * There is no Scaleout Edge API at the URL: the server there says so in JSON (HTTP 404).
     *
     * @param message which URL was tried
     */
    record IncorrectUrl(String message) implements ConnectToApiResult {}

    /**
     * Anything else: the server was unreachable, it failed, or its answer was unexpected.
     *
     * @param failure what happened, with the number of attempts
     */
    record Failed(EdgeException failure) implements ConnectToApiResult {
        /**
         * Checks that there is a failure.
         *
         * @param failure what happened, with the number of attempts
         */
        public Failed {
            Objects.requireNonNull(failure, "failure");
        }

        @Override
        public String message() {
            return String.valueOf(failure.getMessage());
        }
    }
}
