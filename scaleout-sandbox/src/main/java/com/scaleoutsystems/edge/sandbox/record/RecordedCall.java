package com.scaleoutsystems.edge.sandbox.record;

import java.time.Instant;
import java.util.Map;

/**
 * One call of a client, or one message on a stream, as it arrived, accepted or refused.
 *
 * <p>Immutable. Metadata and message may contain the client's secrets; {@code toString()} shows neither.
 * Only the sandbox creates such objects.
 *
 * @since 0.1.0
 */
public interface RecordedCall {
    /**
     * When the sandbox received it.
     *
     * @return the time by the sandbox's clock
     */
    Instant time();

    /**
     * The method that the client called.
     *
     * @return the method of the combiner or model service, such as {@code SendModelUpdate}, or for REST the method and
     *     path, such as {@code POST /api/v1/clients/add}
     */
    String rpc();

    /**
     * The client.
     *
     * @return the client id of the call's metadata, for REST that of the body; empty if there was none
     */
    String clientId();

    /**
     * The metadata of the gRPC call, or the headers of the HTTP request.
     *
     * @return values by key in lower case, without binary ones
     */
    Map<String, String> metadata();

    /**
     * The message.
     *
     * @return JSON text with the field names of the protocol, without fields at their default; for REST the body
     */
    String json();

    /**
     * The sandbox's answer.
     *
     * @return a gRPC status code such as {@code OK} or {@code INVALID_ARGUMENT}, or an HTTP status such as {@code 200}
     */
    String status();
}
