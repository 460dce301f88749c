package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.ClientInfo;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import java.util.Map;
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
        return combiner(json)
                .withComputePackage(HttpEdgeApi.text(json, "package"))
                .withHelperType(HttpEdgeApi.text(json, "helper_type"))
                .withTls(tls(json.get("grpc_secure")));
    }

    private static GrpcConnectionOptions combiner(Map<String, @Nullable Object> json) {
        String host = HttpEdgeApi.text(json, "public_hostname");
        String internal = HttpEdgeApi.text(json, "internal_hostname");
        int port = port(json.get("port"));
        return host.isBlank()
                ? GrpcConnectionOptions.ofInternal(internal, port)
                : GrpcConnectionOptions.of(host, port).withInternalHostname(internal);
    }

    private static TlsMode tls(@Nullable Object secure) {
        if (secure instanceof Boolean said) {
            return said ? TlsMode.TLS : TlsMode.PLAINTEXT;
        }
        return TlsMode.UNSPECIFIED;
    }

    private static int port(@Nullable Object port) {
        if (port instanceof Number number) {
            return number.intValue();
        }
        return port instanceof String text && text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }
}
