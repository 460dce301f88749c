package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.util.Set;
import java.util.TreeSet;

/** Which fields clients fill in their messages. */
final class Fields {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Fields() {}

    /** Taken together, the messages of one kind that the one client has sent fill the fields that those of the other fill. */
    static void assertSame(Recording recording, String rpc, String client, String other) {
        Set<String> fields = of(recording, rpc, client);
        assertThat(fields).as("fields of %s by %s", rpc, client).isNotEmpty();
        assertThat(of(recording, rpc, other))
                .as("fields of %s by %s", rpc, other)
                .isEqualTo(fields);
    }

    private static Set<String> of(Recording recording, String rpc, String client) {
        Set<String> fields = new TreeSet<>();
        for (RecordedCall call : recording.calls(rpc)) {
            if (call.clientId().equals(client)) {
                collect("", parse(call.json()), fields);
            }
        }
        return fields;
    }

    private static void collect(String path, JsonNode value, Set<String> fields) {
        value.properties().forEach(field -> {
            fields.add(path + field.getKey());
            collect(path + field.getKey() + ".", field.getValue(), fields);
        });
        if (value.isArray()) {
            value.forEach(element -> collect(path, element, fields));
        }
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + json, e);
        }
    }
}
