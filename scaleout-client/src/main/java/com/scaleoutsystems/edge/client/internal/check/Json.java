package com.scaleoutsystems.edge.client.internal.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.internal.PythonSeparators;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
    private static final PythonSeparators SEPARATORS = new PythonSeparators();
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
        StringWriter text = new StringWriter();
        try (JsonGenerator out = MAPPER.createGenerator(text)) {
            out.setPrettyPrinter(SEPARATORS);
            new Values(out, notFinite).write(what, value, 0);
        } catch (IOException e) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT, what + " cannot be written as JSON: " + Failures.describe(e), e);
        }
        return text.toString();
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

    /** Writes values by their kind, so that Jackson never looks at classes of the host. */
    private record Values(JsonGenerator out, Consumer<String> notFinite) {

        void write(String path, @Nullable Object value, int depth) throws IOException {
            if (depth > MAX_DEPTH) {
                throw new EdgeException(
                        ErrorCode.INVALID_ARGUMENT,
                        path.substring(0, Math.min(LONGEST_PATH, path.length())) + "… is nested deeper than "
                                + MAX_DEPTH + " levels, or contains itself");
            }
            if (value == null) {
                out.writeNull();
            } else if (value instanceof String text) {
                out.writeString(text);
            } else if (value instanceof Boolean truth) {
                out.writeBoolean(truth);
            } else if (value instanceof Number number) {
                write(path, number);
            } else if (value instanceof Map<?, ?> map) {
                write(path, map, depth);
            } else if (value instanceof Iterable<?> list) {
                out.writeStartArray();
                int index = 0;
                for (Object entry : list) {
                    write(path + "[" + index + "]", entry, depth + 1);
                    index++;
                }
                out.writeEndArray();
            } else if (value.getClass().isArray()) {
                out.writeStartArray();
                for (int i = 0; i < Array.getLength(value); i++) {
                    write(path + "[" + i + "]", Array.get(value, i), depth + 1);
                }
                out.writeEndArray();
            } else {
                throw hasNoForm(path, value);
            }
        }

        private void write(String path, Map<?, ?> map, int depth) throws IOException {
            out.writeStartObject();
            Set<String> names = new HashSet<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                if (!names.add(name)) {
                    throw new EdgeException(
                            ErrorCode.INVALID_ARGUMENT, path + " has two keys that are the text " + name);
                }
                out.writeFieldName(name);
                write(path + "." + name, entry.getValue(), depth + 1);
            }
            out.writeEndObject();
        }

        private void write(String path, Number value) throws IOException {
            if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
                out.writeNumber(value.intValue());
            } else if (value instanceof Long number) {
                out.writeNumber(number);
            } else if (value instanceof BigInteger number) {
                out.writeNumber(number);
            } else if (value instanceof BigDecimal number) {
                out.writeNumber(number);
            } else if (!(value instanceof Double || value instanceof Float)) {
                throw hasNoForm(path, value);
            } else if (!Double.isFinite(value.doubleValue())) {
                notFinite.accept(path + " is " + value);
                out.writeNull();
            } else if (value instanceof Float number) {
                out.writeNumber(number);
            } else {
                out.writeNumber(value.doubleValue());
            }
        }

        private static EdgeException hasNoForm(String path, Object value) {
            return new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    path + " is a " + value.getClass().getName()
                            + ", which has no JSON form; use maps, lists, texts, numbers, booleans");
        }
    }
}
