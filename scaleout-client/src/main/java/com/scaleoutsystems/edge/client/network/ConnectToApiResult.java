package com.scaleoutsystems.edge.client.network;

import java.util.Objects;

/** The answer to the request for an assignment. The kinds are those of the reference client, which calls the last one {@code UnknownError}. */
public sealed interface ConnectToApiResult {

    /**
     * The answer in words, the server's own where it gave some.
     *
     * @return the text
     */
    String message();

    /**
     * Whether a combiner was assigned.
     *
     * @return true for {@link Assigned}
     */
    default boolean isAssigned() {
        return this instanceof Assigned;
    }

    /**
     * A combiner was assigned (HTTP 200).
     *
     * @param clientId the client's id as the server knows it
     * @param options how to reach the combiner
     */
    record Assigned(String clientId, GrpcConnectionOptions options) implements ConnectToApiResult {
        /**
         * Checks that the server gave an id.
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
     * The network waits for its compute package (HTTP 203); asking again later may help.
     *
     * @param message the server's answer
     */
    record ComputePackageMissing(String message) implements ConnectToApiResult {}

    /**
     * The credential was refused (HTTP 401).
     *
     * @param message the server's answer
     */
    record Unauthorized(String message) implements ConnectToApiResult {}

    /**
     * The server refused what the client said of itself (HTTP 400 or 406).
     *
     * @param message the server's answer
     */
    record UnmatchedConfig(String message) implements ConnectToApiResult {}

    /**
     * There is no Scaleout Edge API at the URL (HTTP 404).
     *
     * @param message which URL was tried
     */
    record IncorrectUrl(String message) implements ConnectToApiResult {}

    /**
     * Anything else: the server could not be reached, failed, or gave an answer that nobody expects.
     *
     * @param message what happened, with the number of attempts
     */
    record Failed(String message) implements ConnectToApiResult {}
}
