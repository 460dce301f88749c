package com.scaleoutsystems.edge.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The fields of a message by their paths, as texts, with the values of the moment replaced. */
final class WireFields {
    private static final Pattern UUID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Set<String> MEASURED =
            Set.of("processing_time", "upload_model", "fetch_model", "memory_utilisation", "cpu_utilisation");
    private static final Set<String> MEASURED_KEYS = Set.of("memory_usage", "cpu_usage");

    private final String clientId;
    private final Map<String, String> fields = new TreeMap<>();

    WireFields(String clientId) {
        this.clientId = clientId;
    }

    Map<String, String> of(JsonNode message) {
        add("", "", message, false);
        return fields;
    }

    private void add(String path, String key, JsonNode node, boolean measured) {
        if (node.isObject() && !node.isEmpty()) {
            boolean measures = MEASURED_KEYS.contains(node.path("key").asText());
            node.properties()
                    .forEach(field -> add(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getKey(),
                            field.getValue(),
                            measured || measures));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                add(path + "[" + i + "]", "", node.get(i), measured);
            }
        } else {
            fields.put(path, value(key, node, measured));
        }
    }

    private String value(String key, JsonNode node, boolean measured) {
        if (node.isNumber()) {
            return measured || MEASURED.contains(key)
                    ? "<number>"
                    : node.decimalValue().stripTrailingZeros().toPlainString();
        }
        if (!node.isTextual()) {
            return node.toString();
        }
        String text = node.asText();
        if (UUID.matcher(text).matches()) {
            return "<uuid>";
        }
        if (SHA256.matcher(text).matches()) {
            return "<sha256>";
        }
        if (TIME.matcher(text).matches()) {
            return "<time>";
        }
        // Errors have each client's own words, if any.
        return key.equals("error") && !text.isEmpty() ? "<words>" : text.replace(clientId, "<client>");
    }
}
