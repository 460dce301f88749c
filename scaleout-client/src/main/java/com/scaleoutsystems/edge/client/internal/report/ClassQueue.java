package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.SendOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What waits in one priority class, by route and age. */
final class ClassQueue<R extends Scheduled> {

    private final Map<Integer, TreeSet<R>> routes = new TreeMap<>();
    private PriorityClass rules;
    private int waiting;
    private int inFlight;
    private long bytes;

    ClassQueue(PriorityClass rules) {
        this.rules = rules;
    }

    PriorityClass rules() {
        return rules;
    }

    void rules(PriorityClass changed) {
        rules = changed;
    }

    int waiting() {
        return waiting;
    }

    int inFlight() {
        return inFlight;
    }

    /** The bytes of all that waits or is in flight. */
    long bytes() {
        return bytes;
    }

    void add(R record) {
        if (routes.computeIfAbsent(record.routeNumber(), route -> new TreeSet<>(Scheduled::compare))
                .add(record)) {
            waiting++;
            bytes += record.bytes();
            record.priorityClass(rules.name());
        }
    }

    void remove(R record) {
        TreeSet<R> queue = routes.get(record.routeNumber());
        if (queue != null && queue.remove(record)) {
            waiting--;
            bytes -= record.bytes();
        }
    }

    void addInFlight(R record) {
        inFlight++;
        bytes += record.bytes();
        record.priorityClass(rules.name());
    }

    void removeInFlight(R record) {
        inFlight--;
        bytes -= record.bytes();
    }

    /** What would be handed out next on a route. */
    @Nullable
    R head(int route) {
        return rules.order() == SendOrder.OLDEST_FIRST ? oldest(route) : newest(route);
    }

    /** What has waited longest on a route. */
    @Nullable
    R oldest(int route) {
        TreeSet<R> queue = routes.get(route);
        return queue == null || queue.isEmpty() ? null : queue.first();
    }

    private @Nullable R newest(int route) {
        TreeSet<R> queue = routes.get(route);
        return queue == null || queue.isEmpty() ? null : queue.last();
    }

    /** What has waited longest. */
    @Nullable
    R oldest() {
        R oldest = null;
        for (TreeSet<R> queue : routes.values()) {
            if (!queue.isEmpty() && (oldest == null || Scheduled.compare(queue.first(), oldest) < 0)) {
                oldest = queue.first();
            }
        }
        return oldest;
    }

    /** What has waited longest of what may be dropped. */
    @Nullable
    R oldestDisplaceable() {
        return routes.values().stream()
                .flatMap(queue ->
                        queue.stream().filter(Scheduled::isDisplaceable).limit(1))
                .min(Scheduled::compare)
                .orElse(null);
    }

    Collection<Integer> routes() {
        return routes.keySet();
    }

    List<R> all() {
        List<R> all = new ArrayList<>(waiting);
        routes.values().forEach(all::addAll);
        return all;
    }
}
