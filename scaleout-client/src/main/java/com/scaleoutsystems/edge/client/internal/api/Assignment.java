package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.ClientInfo;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the answer to the request for a combiner. */
final class Assignment {

    private Assignment() {}

    static ConnectToApiResult read(ClientInfo client, HttpAnswer answer) {
        Map<String, @Nullable Object> json;
        try {
            json = answer.object();
        } catch (EdgeException notJson) {
            return new ConnectToApiResult.Failed(
                    "the assignment is no JSON object; is there a Scaleout Edge API at this URL? It says: "
                            + answer.message());
        }
        if (HttpEdgeApi.text(json, "package").equalsIgnoreCase("remote")) {
            return new ConnectToApiResult.UnmatchedConfig(
                    "the network wants its clients to run a compute package that it hands out (remote); this SDK runs the"
                            + " host's own callbacks only. Have the network use local packages, or use the Python client");
        }
        try {
            String id = HttpEdgeApi.text(json, "client_id");
            return new ConnectToApiResult.Assigned(id.isEmpty() ? client.clientId() : id, options(json));
        } catch (IllegalArgumentException e) {
            return new ConnectToApiResult.Failed("the assignment makes no sense: " + e.getMessage());
        }
    }

    static GrpcConnectionOptions options(Map<String, @Nullable Object> json) {
        return new GrpcConnectionOptions(
                HttpEdgeApi.text(json, "public_hostname"),
                port(json.get("port")),
                HttpEdgeApi.text(json, "internal_hostname"),
                HttpEdgeApi.text(json, "package"),
                HttpEdgeApi.text(json, "helper_type"),
                json.get("grpc_secure") instanceof Boolean secure ? Optional.of(secure) : Optional.empty());
    }

    private static int port(@Nullable Object port) {
        if (port instanceof Number number) {
            return number.intValue();
        }
        return port instanceof String text && text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }
}
