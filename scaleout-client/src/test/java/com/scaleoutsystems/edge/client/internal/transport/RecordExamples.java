package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.record.LogLevel;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Records of all kinds that there are. */
public final class RecordExamples {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.000001Z");

    /** Fields that hold JSON text. */
    private static final Set<String> JSON = Set.of("payload", "metadata", "data", "config");

    private RecordExamples() {}

    /** One record of each kind, with a value in each field. */
    public static List<RecordBody> all() {
        return contents(RecordBody.class).map(RecordExamples::example).toList();
    }

    /** The records that a sealed interface permits, also by the sealed interfaces between. */
    private static Stream<Class<?>> contents(Class<?> type) {
        return type.isInterface()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RecordExamples::contents)
                : Stream.of(type);
    }

    private static RecordBody example(Class<?> type) {
        return make(type, RecordExamples::value);
    }

    private static RecordBody make(Class<?> type, Function<RecordComponent, Object> values) {
        RecordComponent[] fields = type.getRecordComponents();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(fields).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return (RecordBody)
                    constructor.newInstance(Arrays.stream(fields).map(values).toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type.toString(), e);
        }
    }

    /**
     * Records of all kinds in which one field after the other has this text, and the other fields have the values of {@link #all()}.
     *
     * @param text for a text or for a name in a map; within a JSON text it is a value
     */
    public static List<RecordBody> with(String text) {
        return contents(RecordBody.class)
                .flatMap(type -> Arrays.stream(type.getRecordComponents())
                        .filter(field -> field.getType() == String.class || field.getType() == Map.class)
                        .map(changed -> make(
                                type,
                                field -> field.getName().equals(changed.getName())
                                        ? valueWith(field, text)
                                        : value(field))))
                .toList();
    }

    private static Object valueWith(RecordComponent field, String text) {
        if (field.getType() == Map.class) {
            return Map.of(text, 0.5f);
        }
        // The task's data come from the server, as they are.
        boolean written = JSON.contains(field.getName()) && !field.getName().equals("config");
        return written ? Json.write(field.getName(), Map.of("value", text)) : text;
    }

    private static Object value(RecordComponent field) {
        if (JSON.contains(field.getName())) {
            return "{\"value\": 1.5}";
        }
        Map<Class<?>, Object> values = Map.of(
                String.class,
                "the " + field.getName(),
                Instant.class,
                NOW,
                double.class,
                1.5,
                Double.class,
                2.5,
                int.class,
                3,
                Map.class,
                Map.of("loss", 0.5f),
                LogLevel.class,
                LogLevel.WARNING);
        return values.get(field.getType());
    }
}
