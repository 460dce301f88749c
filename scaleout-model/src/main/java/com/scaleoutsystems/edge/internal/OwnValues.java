package com.scaleoutsystems.edge.internal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies of values that a program gives and the SDK keeps. What the program changes in its own values afterwards does not reach the
 * copies. Values that contain themselves have copies that do so, too.
 */
public final class OwnValues {

    /** No form of JSON is nested as deep. What lies deeper stays the program's, until the value is written and refused. */
    private static final int DEEPEST = 500;

    /** Each value's copy, by the value itself. */
    private final IdentityHashMap<Object, Object> copies = new IdentityHashMap<>();

    private OwnValues() {}

    /**
     * Copies maps, collections and arrays, all the way down. Everything else is taken as it is.
     *
     * @param values the values by name
     * @return the copy in the same order; its maps and collections are unmodifiable
     */
    public static Map<String, Object> copyOf(Map<String, ?> values) {
        OwnValues own = new OwnValues();
        Map<String, Object> filled = new LinkedHashMap<>();
        Map<String, Object> copy = Collections.unmodifiableMap(filled);
        own.copies.put(values, copy);
        values.forEach((name, value) -> filled.put(name, own.copy(value, 1)));
        return copy;
    }

    private Object copy(Object value, int depth) {
        Object known = copies.get(value);
        if (known != null || depth > DEEPEST) {
            return known == null ? value : known;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> filled = new LinkedHashMap<>();
            Object copy = Collections.unmodifiableMap(filled);
            copies.put(value, copy);
            map.forEach((key, entry) -> filled.put(key, copy(entry, depth + 1)));
            return copy;
        }
        if (value instanceof Set<?> set) {
            Set<Object> filled = new LinkedHashSet<>();
            return fill(filled, Collections.unmodifiableSet(filled), set, depth);
        }
        if (value instanceof Collection<?> items) {
            List<Object> filled = new ArrayList<>(items.size());
            return fill(filled, Collections.unmodifiableList(filled), items, depth);
        }
        return value != null && value.getClass().isArray() ? array(value, depth) : value;
    }

    private Object fill(Collection<Object> filled, Object copy, Collection<?> items, int depth) {
        copies.put(items, copy);
        items.forEach(item -> filled.add(copy(item, depth + 1)));
        return copy;
    }

    private Object array(Object value, int depth) {
        int length = Array.getLength(value);
        Class<?> type = value.getClass().getComponentType();
        Object copy = Array.newInstance(type, length);
        copies.put(value, copy);
        if (value instanceof Object[] items) {
            Object[] filled = (Object[]) copy;
            for (int i = 0; i < length; i++) {
                Object item = copy(items[i], depth + 1);
                // An array of a class of the program, such as ArrayList, takes no other class.
                filled[i] = type.isInstance(item) ? item : items[i];
            }
        } else {
            System.arraycopy(value, 0, copy, 0, length);
        }
        return copy;
    }
}
