package com.scaleoutsystems.edge.sandbox.internal.record;

import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/** A call whose message becomes text only when somebody asks for it: most texts are never read. */
public final class ReceivedCall implements RecordedCall {
    private final Instant time;
    private final String rpc;
    private final String clientId;
    private final Map<String, String> metadata;
    private final Supplier<String> json;
    private final String status;

    public ReceivedCall(
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

    @Override
    public Instant time() {
        return time;
    }

    @Override
    public String rpc() {
        return rpc;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public String json() {
        return json.get();
    }

    @Override
    public String status() {
        return status;
    }

    @Override
    public String toString() {
        return "RecordedCall[" + rpc + " by " + clientId + " at " + time + ": " + status + "]";
    }
}
