package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the answer to the request for a combiner. */
final class Assignment {

    private Assignment() {}

    static ConnectToApiResult read(Dialect dialect, ClientIdentity client, HttpAnswer answer) {
        Map<String, @Nullable Object> json;
        try {
            json = answer.object();
        } catch (EdgeException notJson) {
            return unexpected(
                    "the assignment is no JSON object; is there a Scaleout Edge API at this URL? It says: "
                            + answer.message(),
                    notJson);
        }
        if (Json.text(json, "package").equalsIgnoreCase("remote")) {
            return new ConnectToApiResult.UnmatchedConfig(
                    "the network wants its clients to run a compute package that it hands out (remote); this SDK runs the"
                            + " host's own callbacks only. Have the network use local packages, or use the Python client");
        }
        try {
            String id = Json.text(json, "client_id");
            return new ConnectToApiResult.Assigned(id.isEmpty() ? client.clientId() : id, dialect.combiner(json));
        } catch (IllegalArgumentException e) {
            return unexpected("the assignment makes no sense: " + answer.quoted(e.getMessage()), e.getCause());
        }
    }

    /** An answer that a working API does not give; it may be another one later. */
    static ConnectToApiResult unexpected(String what, @Nullable Throwable cause) {
        return new ConnectToApiResult.Failed(new EdgeException(ErrorCode.UNAVAILABLE, what, cause, true, 1));
    }
}
