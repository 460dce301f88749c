package com.scaleoutsystems.edge.client.internal.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.internal.PythonSeparators;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON texts in the form of the reference client: {@code ", "} and {@code ": "} as separators, ASCII only, keys in the order
 * given. Unlike the reference, NaN and infinities are written as null, since they are no JSON.
 */
public final class Json {

    private static final int MAX_DEPTH = 200;

    /** So much of a place is shown of what is nested too deep. */
    private static final int LONGEST_PATH = 100;

    /** Reads texts of any length: whoever receives one has limited the message that it came in. */
    public static final JsonFactory ANY_LENGTH = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(ANY_LENGTH)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectWriter WRITER = MAPPER.writer(new PythonSeparators());
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    /**
     * Writes a value made of maps, lists, arrays, texts, numbers, booleans and null.
     *
     * @param what names the value in errors
     * @throws EdgeException INVALID_ARGUMENT if the value holds anything else
     */
    public static String write(String what, @Nullable Object value) {
        return write(what, value, place -> {});
    }

    /**
     * Writes a value as {@link #write(String, Object)} does.
     *
     * @param notFinite called with the place of each NaN or infinity that became null
     */
    public static String write(String what, @Nullable Object value, Consumer<String> notFinite) {
        try {
            return WRITER.writeValueAsString(new Plain(notFinite).of(what, value, 0));
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT, what + " cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads a text that must hold one JSON object.
     *
     * @param what names the text in errors
     * @throws EdgeException INVALID_ARGUMENT if it does not
     */
    public static Map<String, @Nullable Object> readObject(String what, String text) {
        try {
            Map<String, @Nullable Object> object = MAPPER.readValue(text, OBJECT);
            if (object != null) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    what + " is not a JSON object: " + ServerText.argument(e.getOriginalMessage()),
                    // It quotes the text.
                    Failures.loggable(e));
        }
        throw new EdgeException(ErrorCode.INVALID_ARGUMENT, what + " is not a JSON object: " + text);
    }

    /** The text under a key; empty if there is none, or something else. */
    public static String text(Map<String, ? extends @Nullable Object> object, String key) {
        return object.get(key) instanceof String text ? text : "";
    }

    /** Copies a value into what Jackson writes without looking at classes of the host. */
    private record Plain(Consumer<String> notFinite) {

        @Nullable
        Object of(String path, @Nullable Object value, int depth) {
            if (depth > MAX_DEPTH) {
                throw new EdgeException(
                        ErrorCode.INVALID_ARGUMENT,
                        path.substring(0, Math.min(LONGEST_PATH, path.length())) + "… is nested deeper than "
                                + MAX_DEPTH + " levels, or contains itself");
            }
            if (value instanceof Double || value instanceof Float) {
                return finiteOrNull(path, (Number) value);
            }
            if (value == null || value instanceof String || value instanceof Boolean || isExact(value)) {
                return value;
            }
            if (value instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, entry) -> {
                    String name = String.valueOf(key);
                    if (copy.containsKey(name)) {
                        throw new EdgeException(
                                ErrorCode.INVALID_ARGUMENT, path + " has two keys that are the text " + name);
                    }
                    copy.put(name, of(path + "." + name, entry, depth + 1));
                });
                return copy;
            }
            if (value instanceof Iterable<?> list) {
                List<@Nullable Object> copy = new ArrayList<>();
                for (Object entry : list) {
                    copy.add(of(path + "[" + copy.size() + "]", entry, depth + 1));
                }
                return copy;
            }
            if (value.getClass().isArray()) {
                List<@Nullable Object> copy = new ArrayList<>();
                for (int i = 0; i < Array.getLength(value); i++) {
                    copy.add(of(path + "[" + i + "]", Array.get(value, i), depth + 1));
                }
                return copy;
            }
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    path + " is a " + value.getClass().getName()
                            + ", which has no JSON form; use maps, lists, texts, numbers, booleans");
        }

        private static boolean isExact(Object value) {
            return value instanceof Integer
                    || value instanceof Long
                    || value instanceof Short
                    || value instanceof Byte
                    || value instanceof BigInteger
                    || value instanceof BigDecimal;
        }

        private @Nullable Number finiteOrNull(String path, Number value) {
            if (Double.isFinite(value.doubleValue())) {
                return value;
            }
            notFinite.accept(path + " is " + value);
            return null;
        }
    }
}
