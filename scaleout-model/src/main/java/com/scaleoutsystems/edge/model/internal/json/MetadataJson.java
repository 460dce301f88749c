package com.scaleoutsystems.edge.model.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.internal.OneLine;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the metadata of containers. */
public final class MetadataJson {
    private static final Logger LOG = LoggerFactory.getLogger("com.scaleoutsystems.edge.model");
    private static final int MAX_DEPTH = 200;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            // The size of the text is limited before it comes here.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private MetadataJson() {}

    /**
     * Reads one JSON object. The bare words NaN, Infinity and -Infinity are taken for numbers, since the reference
     * client writes them.
     *
     * @param name what is read, for messages
     * @param utf8 the text
     * @return the object, unmodifiable all the way down
     */
    public static Map<String, @Nullable Object> read(String name, byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad(name, "is not valid UTF-8", e);
        }
        try {
            Object value = MAPPER.readValue(text, Object.class);
            if (value instanceof Map<?, ?> map) {
                return object(name, map, 0);
            }
            throw bad(name, "is not a JSON object", null);
        } catch (JsonProcessingException e) {
            throw bad(name, "is not valid JSON (" + e.getOriginalMessage() + ")", e);
        }
    }

    /**
     * Writes a JSON object as ASCII text.
     *
     * <p>JSON has no NaN and no infinities: they become null, and one warning names the keys.
     *
     * @param values the members
     * @return the text
     */
    public static byte[] write(Map<String, ? extends @Nullable Object> values) {
        List<String> replaced = new ArrayList<>();
        Object strict = strict("", values, replaced);
        if (!replaced.isEmpty()) {
            LOG.warn(
                    "JSON cannot express some metadata values (NaN or infinite); they become null: {}",
                    OneLine.of(replaced.toString()));
        }
        try {
            return MAPPER.writeValueAsBytes(strict);
        } catch (JsonProcessingException e) {
            throw new ModelException(ErrorCode.INTERNAL, "bad_metadata", "The metadata could not be written", e);
        }
    }

    /**
     * Copies values into what JSON can express.
     *
     * @param name what they are, for messages
     * @param values the members: texts, numbers, truth values, null, and lists, arrays and maps of these
     * @return an unmodifiable copy
     */
    public static Map<String, @Nullable Object> copy(String name, Map<?, ? extends @Nullable Object> values) {
        return object(name, values, 0);
    }

    private static Map<String, @Nullable Object> object(String path, Map<?, ?> values, int depth) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : values.entrySet()) {
            if (!(member.getKey() instanceof String key)) {
                throw unsupported(path, "has a key that is no text: " + member.getKey());
            }
            copy.put(key, value(path + "." + key, member.getValue(), depth + 1));
        }
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object value(String path, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw unsupported(path, "is nested more than " + MAX_DEPTH + " deep");
        }
        if (value == null || value instanceof String || value instanceof Boolean || isPlainNumber(value)) {
            return value;
        }
        if (value instanceof Float number) {
            // By its text, so that 0.1f stays 0.1 instead of 0.10000000149.
            return Double.valueOf(number.toString());
        }
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value instanceof Map<?, ?> map) {
            return object(path, map, depth);
        }
        List<@Nullable Object> list = new ArrayList<>();
        if (value instanceof Collection<?> items) {
            items.forEach(item -> list.add(value(path + "[" + list.size() + "]", item, depth + 1)));
        } else if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                list.add(value(path + "[" + i + "]", Array.get(value, i), depth + 1));
            }
        } else {
            throw unsupported(
                    path,
                    "is a " + value.getClass().getName()
                            + "; JSON holds texts, numbers, truth values, null, lists and maps");
        }
        return Collections.unmodifiableList(list);
    }

    private static boolean isPlainNumber(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || value instanceof BigInteger
                || value instanceof BigDecimal;
    }

    private static @Nullable Object strict(String path, @Nullable Object value, List<String> replaced) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            replaced.add(path);
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put((String) key, strict(path + "/" + key, each, replaced)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(each -> copy.add(strict(path + "/" + copy.size(), each, replaced)));
            return copy;
        }
        return value;
    }

    private static ModelException unsupported(String path, String what) {
        return new ModelException(ErrorCode.INVALID_ARGUMENT, "bad_metadata", "The value " + path + " " + what);
    }

    private static ModelException bad(String name, String what, @Nullable Exception cause) {
        return new ModelException(
                ErrorCode.DATA_LOSS, "bad_metadata", Objects.requireNonNull(name) + " " + what, cause);
    }
}
