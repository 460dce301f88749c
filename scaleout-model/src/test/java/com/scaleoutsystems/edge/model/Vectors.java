package com.scaleoutsystems.edge.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The golden vectors: files made by the reference client, and what to expect of them. */
final class Vectors {
    private static final JsonNode MANIFEST = json("manifest.json");
    private static final Set<String> USED = ConcurrentHashMap.newKeySet();

    private Vectors() {}

    /** One vector; its text is its id, so that test reports name it. */
    record Vector(String id, JsonNode node) {
        JsonNode expect() {
            return node.get("expect");
        }

        /** The vector's file; who asks for it uses the vector. */
        String file() {
            USED.add(id);
            return node.get("file").textValue();
        }

        byte[] bytes() {
            return Vectors.bytes(file());
        }

        Path path() {
            return Vectors.path(file());
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
        for (JsonNode node : MANIFEST.get("vectors")) {
            if (node.get("id").textValue().equals(id)) {
                USED.add(id);
                return new Vector(id, node);
            }
        }
        throw new IllegalArgumentException("No vector " + id);
    }

    /** The ids of those that tests have used so far. */
    static Set<String> used() {
        return Set.copyOf(USED);
    }

    /** The kinds of all vectors. */
    static Set<String> kinds() {
        Set<String> kinds = new TreeSet<>();
        MANIFEST.get("vectors").forEach(node -> kinds.add(node.get("kind").textValue()));
        return kinds;
    }

    static JsonNode json(String file) {
        try (InputStream in = open(file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String file) {
        try (InputStream in = open(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path path(String file) {
        try {
            return Path.of(Objects.requireNonNull(Vectors.class.getResource("/vectors/" + file))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static InputStream open(String file) {
        return Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] readAll(InputStream in) {
        try (in) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
