package com.scaleoutsystems.edge.sandbox.record;

import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One call of a client, or one message on a stream, as it came over the wire, whether it was accepted or refused.
 *
 * <p>Immutable. Metadata and message may hold secrets, as the client sent them; {@link #toString()} shows neither.
 */
public final class RecordedCall {
    private final Instant time;
    private final String rpc;
    private final String clientId;
    private final Map<String, String> metadata;
    private final Supplier<String> json;
    private final String status;

    public RecordedCall(
            Instant time,
            String rpc,
            String clientId,
            Map<String, String> metadata,
            Supplier<String> json,
            String status) {
        this.time = time;
        this.rpc = rpc;
        this.clientId = clientId;
        this.metadata = Map.copyOf(metadata);
        this.json = json;
        this.status = status;
    }

    /**
     * When the sandbox received it.
     *
     * @return the time by the sandbox's clock
     */
    public Instant time() {
        return time;
    }

    /**
     * What was called.
     *
     * @return the method of the combiner or model service, such as {@code SendModelUpdate}, or for REST the method and
     *     path, such as {@code POST /api/v1/clients/add}
     */
    public String rpc() {
        return rpc;
    }

    /**
     * Who called.
     *
     * @return the client id of the call's metadata, for REST that of the body; empty if there was none
     */
    public String clientId() {
        return clientId;
    }

    /**
     * The metadata of the gRPC call, or the headers of the HTTP request.
     *
     * @return values by key in lower case, binary ones left out
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The message.
     *
     * @return JSON text with the field names of the protocol, fields at their default absent; for REST the body
     */
    public String json() {
        return json.get();
    }

    /**
     * How the call was answered.
     *
     * @return a gRPC status code such as {@code OK} or {@code INVALID_ARGUMENT}, or an HTTP status such as {@code 200}
     */
    public String status() {
        return status;
    }

    @Override
    public String toString() {
        return "RecordedCall[" + rpc + " by " + clientId + " at " + time + ": " + status + "]";
    }
}
