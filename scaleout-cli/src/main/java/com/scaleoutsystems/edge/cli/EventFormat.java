package com.scaleoutsystems.edge.cli;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How events are written. */
enum EventFormat {
    /** For people: the time of day, the event, and what belongs to it. */
    TEXT {
        @Override
        String line(Map<String, Object> event) {
            String time = String.valueOf(event.get("time"));
            return time.substring(time.indexOf('T') + 1, time.length() - 1) + " " + event.get("event") + "  "
                    + event.entrySet().stream()
                            .filter(entry -> !HEAD.contains(entry.getKey()))
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining(" "));
        }
    },

    /** For programs: one object a line. */
    JSON {
        @Override
        String line(Map<String, Object> event) {
            return JsonLine.of(event);
        }
    };

    private static final Set<String> HEAD = Set.of("time", "event", "client");

    abstract String line(Map<String, Object> event);
}
