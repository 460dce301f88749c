package com.scaleoutsystems.edge.client.internal.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.constructor.ConstructYamlNull;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Reads settings from YAML. The only class that needs the YAML library, which programs may leave out. */
final class YamlSettings {

    /** Without a schema that knows null, it is a text like any other; but what is left out is null even so. */
    private static final Set<String> NULL = Set.of("null", "Null", "NULL", "~");

    private YamlSettings() {}

    /**
     * Reads one flat mapping. All values are texts: an id of digits stays as it is written.
     *
     * @param malformed makes the exception for a text that is something else, given what is wrong with it
     */
    static Map<String, String> read(String text, Function<String, IllegalArgumentException> malformed) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new FailsafeSchema())
                .setTagConstructors(Map.of(Tag.NULL, new ConstructYamlNull()))
                .build();
        List<Object> documents = new ArrayList<>();
        try {
            new Load(settings).loadAllFromString(text).forEach(documents::add);
        } catch (MarkedYamlEngineException e) {
            // Without the excerpt that the full message has: it may be a secret.
            String place = e.getProblemMark()
                    .map(mark -> " in line " + (mark.getLine() + 1))
                    .orElse("");
            throw malformed.apply(e.getProblem() + place);
        } catch (YamlEngineException e) {
            throw malformed.apply("it is no YAML");
        }
        if (documents.isEmpty()) {
            return new TreeMap<>();
        }
        if (documents.size() > 1 || !(documents.get(0) instanceof Map<?, ?> mapping)) {
            throw malformed.apply("it holds no names and values");
        }
        Map<String, String> values = new TreeMap<>();
        mapping.forEach((name, value) -> {
            if (value == null) {
                return;
            }
            if (!(value instanceof String scalar)) {
                throw malformed.apply("the value of " + name + " is a list or mapping");
            }
            if (!NULL.contains(scalar)) {
                values.put(String.valueOf(name), scalar);
            }
        });
        return values;
    }
}
