package com.scaleoutsystems.edge.sandbox.internal.control;

import com.scaleoutsystems.edge.sandbox.fault.Direction;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Faults and their events as JSON objects. */
final class FaultJson {
    private static final Set<String> FIELDS = Set.of(
            "kind",
            "call",
            "client",
            "times",
            "duration_ms",
            "skip",
            "probability",
            "code",
            "delay_ms",
            "bytes",
            "direction");

    private FaultJson() {}

    /**
     * Reads a fault. Only its kind is required.
     *
     * @throws IllegalArgumentException if a field is unknown, or its value makes no sense
     */
    static Fault read(Map<String, Object> json) {
        Set<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(FIELDS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("There is no field " + unknown + "; there are " + new TreeSet<>(FIELDS));
        }
        FaultKind kind = FaultKind.parse(text(json, "kind", ""));
        String code = text(json, "code", "");
        Fault plain =
                kind == FaultKind.ERROR ? Fault.error(code) : code.isEmpty() ? Fault.of(kind) : Fault.lostAnswer(code);
        if (plain.kind() != kind) {
            throw new IllegalArgumentException("The fault " + kind.text() + " has no code");
        }
        long duration = number(json, "duration_ms", 0);
        return new Fault(
                kind,
                text(json, "call", plain.call()),
                text(json, "client", ""),
                Math.toIntExact(number(json, "times", Integer.MAX_VALUE)),
                json.containsKey("duration_ms") ? Duration.ofMillis(duration) : null,
                Math.toIntExact(number(json, "skip", 0)),
                json.getOrDefault("probability", 1) instanceof Number probability ? probability.doubleValue() : 0,
                code,
                Duration.ofMillis(number(json, "delay_ms", 0)),
                number(json, "bytes", 0),
                direction(text(json, "direction", "both")));
    }

    private static Direction direction(String text) {
        for (Direction direction : Direction.values()) {
            if (name(direction).equals(text)) {
                return direction;
            }
        }
        throw new IllegalArgumentException("Field direction must be to-server, to-client or both, not " + text);
    }

    private static String name(Direction direction) {
        return direction.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(Map<String, Object> json, String field, String otherwise) {
        if (json.getOrDefault(field, otherwise) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("Field " + field + " must be a text");
    }

    private static long number(Map<String, Object> json, String field, long otherwise) {
        Object value = json.getOrDefault(field, otherwise);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException("Field " + field + " must be a whole number");
    }

    static Map<String, Object> write(int number, Fault fault, long strikes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("number", number);
        json.put("strikes", strikes);
        json.put("kind", fault.kind().text());
        json.put("call", fault.call());
        putUnless(json, "client", fault.clientId(), "");
        putUnless(json, "times", fault.times(), Integer.MAX_VALUE);
        Duration duration = fault.duration();
        if (duration != null) {
            json.put("duration_ms", duration.toMillis());
        }
        putUnless(json, "skip", fault.skip(), 0);
        putUnless(json, "probability", fault.probability(), 1.0);
        putUnless(json, "code", fault.code(), "");
        putUnless(json, "delay_ms", fault.delay().toMillis(), 0L);
        putUnless(json, "bytes", fault.bytes(), 0L);
        putUnless(json, "direction", name(fault.direction()), "both");
        return json;
    }

    private static void putUnless(Map<String, Object> json, String field, Object value, Object usual) {
        if (!value.equals(usual)) {
            json.put(field, value);
        }
    }

    static Map<String, Object> write(FaultEvent event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", event.time().toString());
        json.put("struck", event.struck());
        json.put("what", event.what());
        json.put("call", event.call());
        json.put("client", event.clientId());
        return json;
    }
}
