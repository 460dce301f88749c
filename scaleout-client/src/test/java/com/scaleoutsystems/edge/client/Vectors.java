package com.scaleoutsystems.edge.client;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The golden files that were made by the reference client. */
public final class Vectors {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final List<Vector> ALL = StreamSupport.stream(
                    parse(text("manifest.json")).get("vectors").spliterator(), false)
            .map(node -> new Vector(
                    node.get("id").asText(),
                    node.get("kind").asText(),
                    node.get("file").asText()))
            .toList();

    private static final Set<String> USED = ConcurrentHashMap.newKeySet();

    private Vectors() {}

    /** One vector. */
    record Vector(String id, String kind, String file) {

        JsonNode content() {
            return parse(text(file));
        }

        /** Its lists: the places in {@link Vectors#used()} that a use of each is noted under. */
        Stream<String> parts() {
            return content().properties().stream()
                    .filter(member -> member.getValue().isContainerNode())
                    .map(member -> id + " " + member.getKey());
        }
    }

    /** All of a kind. */
    static Stream<Vector> ofKind(String kind) {
        return ALL.stream().filter(vector -> vector.kind().equals(kind));
    }

    /** One file of them, such as {@code jwt/tokens}, for what it says besides its lists. */
    public static JsonNode read(String id) {
        return ALL.stream()
                .filter(vector -> vector.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no vector " + id))
                .content();
    }

    /** A list of one of them; who asks for it uses it. */
    public static JsonNode part(String id, String name) {
        USED.add(id + " " + name);
        return Objects.requireNonNull(read(id).get(name), name);
    }

    /** The lists that tests have used so far. */
    static Set<String> used() {
        return Set.copyOf(USED);
    }

    private static String text(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON text out of one of them. */
    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON object out of one of them. */
    public static Map<String, Object> map(JsonNode object) {
        return MAPPER.convertValue(object, new TypeReference<LinkedHashMap<String, Object>>() {});
    }
}
