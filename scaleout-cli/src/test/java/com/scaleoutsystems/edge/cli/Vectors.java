package com.scaleoutsystems.edge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The golden vectors: files made by the reference client, and what to expect of them. */
final class Vectors {

    private static final JsonNode MANIFEST = manifest();

    private Vectors() {}

    /** One vector; its text is its id, so that test reports name it. */
    record Vector(String id, JsonNode node) {

        JsonNode expect() {
            return node.get("expect");
        }

        String path() {
            return Vectors.path(node.get("file").textValue()).toString();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<Vector> ofKind(String kind) {
        List<Vector> found = new ArrayList<>();
        for (JsonNode node : MANIFEST.get("vectors")) {
            if (node.get("kind").textValue().equals(kind)) {
                found.add(new Vector(node.get("id").textValue(), node));
            }
        }
        return found.stream();
    }

    static Vector get(String id) {
        return Stream.of("container", "legacy", "refused", "signature")
                .flatMap(Vectors::ofKind)
                .filter(vector -> vector.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no vector " + id));
    }

    static Path path(String file) {
        try {
            URL resource = Objects.requireNonNull(Vectors.class.getResource("/vectors/" + file), file);
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JsonNode manifest() {
        try {
            return new ObjectMapper().readTree(Files.readAllBytes(path("manifest.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
