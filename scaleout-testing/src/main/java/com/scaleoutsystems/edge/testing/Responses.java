package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.internal.local.LocalClient;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what clients tell servers. */
final class Responses {

    private Responses() {}

    /** Why a task failed or was aborted; empty if its response does not say. */
    static String reason(String response) {
        if (!(LocalClient.parse(response) instanceof Map<?, ?> told)) {
            return "";
        }
        Object reason = told.containsKey("error") ? told.get("error") : told.get("msg");
        return Objects.toString(reason, "");
    }

    /** The object that a text holds; empty if it is none. */
    static Map<String, @Nullable Object> object(String json) {
        return map(LocalClient.parse(json));
    }

    /** The value as an object; empty if it is none. */
    static Map<String, @Nullable Object> map(@Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, entry) -> copy.put(String.valueOf(name), entry));
        }
        return Collections.unmodifiableMap(copy);
    }
}
