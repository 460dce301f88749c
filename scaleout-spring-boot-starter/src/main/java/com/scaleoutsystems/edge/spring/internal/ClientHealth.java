package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client's health in the words of Spring Boot, whose types for it differ between its versions.
 *
 * @param status the code of the status
 * @param details what the client tells, as numbers, texts, lists and maps
 */
record ClientHealth(String status, Map<String, Object> details) {

    static final String UP = "UP";
    static final String DOWN = "DOWN";
    static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";

    static ClientHealth of(EdgeClient client) {
        Health health = client.health();
        Map<String, Object> details = details(health);
        details.put("clientId", client.clientId());
        details.put("name", client.name());
        return new ClientHealth(status(health), details);
    }

    static String status(Health health) {
        if (!health.live() || !health.storing()) {
            return DOWN;
        }
        if (health.state() == ClientState.NEW && !health.troubles().isEmpty()) {
            // It has given up joining.
            return DOWN;
        }
        return health.ready() ? UP : OUT_OF_SERVICE;
    }

    static Map<String, Object> details(Health health) {
        Map<String, Object> queues = new TreeMap<>();
        health.queues().forEach((name, queue) -> queues.put(name, queue(queue)));
        Map<String, Object> dropped = new TreeMap<>();
        health.dropped().forEach((reason, number) -> dropped.put(reason.name(), number));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", health.state().name());
        details.put("linkQuality", health.linkQuality().name());
        details.put("networkPolicy", health.networkPolicy().name());
        details.put("live", health.live());
        details.put("ready", health.ready());
        details.put("storing", health.storing());
        details.put("queues", queues);
        details.put("unread", health.unread());
        details.put("sent", health.sent());
        details.put("rejected", health.rejected());
        details.put("dropped", dropped);
        details.put("troubles", health.troubles());
        details.put("runningTasks", health.runningTasks());
        details.put("stuckTasks", health.stuckTasks());
        health.sinceLastPoll().ifPresent(time -> details.put("sinceLastPollMillis", time.toMillis()));
        health.roundTrip().ifPresent(time -> details.put("roundTripMillis", time.toMillis()));
        return details;
    }

    private static Map<String, Object> queue(QueueHealth queue) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("records", queue.records());
        values.put("bytes", queue.bytes());
        queue.oldestAge().ifPresent(age -> values.put("oldestAgeSeconds", age.toSeconds()));
        return values;
    }
}
