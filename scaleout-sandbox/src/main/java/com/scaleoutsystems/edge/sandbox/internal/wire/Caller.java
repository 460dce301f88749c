package com.scaleoutsystems.edge.sandbox.internal.wire;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Who makes the gRPC call that is being served, and with what metadata. */
record Caller(String clientId, Map<String, String> metadata) {
    private static final Context.Key<Caller> KEY = Context.key("caller");

    static Caller of(Metadata headers) {
        Map<String, String> metadata = new TreeMap<>();
        for (String key : headers.keys()) {
            if (!key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                String value = headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
                if (value != null) {
                    metadata.put(key, value);
                }
            }
        }
        // Unmodifiable, so that all records of a stream share it.
        return new Caller(metadata.getOrDefault("client-id", ""), Map.copyOf(metadata));
    }

    /** The caller of the call that the current thread serves. */
    static Caller current() {
        return Objects.requireNonNull(KEY.get(), "outside of a call");
    }

    Context attachedTo(Context context) {
        return context.withValue(KEY, this);
    }
}
