package com.scaleoutsystems.edge.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The golden vectors: what the reference client's own messages look like. */
final class Vectors {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode MANIFEST = json("manifest.json");
    private static final Set<String> USED = ConcurrentHashMap.newKeySet();

    private Vectors() {}

    /** One vector. */
    record Vector(String id, JsonNode node) {

        /** The vector's file; who asks for it uses the vector. */
        String file() {
            USED.add(id);
            return node.get("file").textValue();
        }
    }

    static Stream<Vector> ofKind(String kind) {
        return StreamSupport.stream(MANIFEST.get("vectors").spliterator(), false)
                .filter(node -> node.get("kind").textValue().equals(kind))
                .map(node -> new Vector(node.get("id").textValue(), node));
    }

    /** The ids of those that tests have used so far. */
    static Set<String> used() {
        return Set.copyOf(USED);
    }

    static JsonNode json(String file) {
        try {
            return MAPPER.readTree(bytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
