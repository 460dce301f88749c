package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.record.LogLevel;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        RecordComponent[] fields = type.getRecordComponents();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(fields).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return (RecordBody) constructor.newInstance(
                    Arrays.stream(fields).map(RecordExamples::value).toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type.toString(), e);
        }
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
