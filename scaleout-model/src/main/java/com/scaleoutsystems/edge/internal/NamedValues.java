package com.scaleoutsystems.edge.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of an immutable object by name. A class lists its values here once; the list then decides what makes two
 * objects equal and what their text shows. The text leaves out absent values and hides secrets.
 */
public final class NamedValues {
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    public NamedValues with(String name, @Nullable Object value) {
        values.put(name, value);
        return this;
    }

    /** A value that is compared and never shown. */
    public NamedValues withSecret(String name, @Nullable Object value) {
        return with(name, value == null ? null : new Secret(value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NamedValues that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The values as a record shows its own: {@code [port=443, host=example.org]}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .filter(entry -> Objects.nonNull(entry.getValue()))
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private record Secret(Object value) {
        @Override
        public String toString() {
            return "***";
        }
    }
}
