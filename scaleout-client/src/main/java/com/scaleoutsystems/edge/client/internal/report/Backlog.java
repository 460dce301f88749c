package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.event.QueueHealth;
import com.scaleoutsystems.edge.client.record.DropReason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What waits in the outbox and what became of the rest.
 *
 * @param queues what waits or is under way, by priority class
 * @param unread how many records of earlier runs are to be read before they belong to a queue
 * @param oldestAge how old the oldest is that waits
 * @param troubles why records keep failing, a line for each cause
 */
public record Backlog(
        Map<String, QueueHealth> queues,
        long unread,
        Optional<Duration> oldestAge,
        long sent,
        long rejected,
        Map<DropReason, Long> dropped,
        List<String> troubles) {

    static Backlog of(OutboxContents contents, int unread, OutcomeCounts counts, long now) {
        PriorityScheduler<OutboxRecord> scheduler = contents.scheduler();
        Map<String, Long> oldest = new LinkedHashMap<>();
        scheduler.inFlight().forEach(record -> oldest.merge(record.priorityClass(), record.since(), Math::min));
        Map<String, QueueHealth> queues = new LinkedHashMap<>();
        for (ClassQueue<OutboxRecord> queue : scheduler.queues()) {
            String name = queue.rules().name();
            OutboxRecord first = queue.oldest();
            if (first != null) {
                oldest.merge(name, first.since(), Math::min);
            }
            QueueHealth health = QueueHealth.of(queue.waiting() + queue.inFlight(), queue.bytes());
            Long since = oldest.get(name);
            queues.put(name, since == null ? health : health.withOldestAge(Duration.ofNanos(now - since)));
        }
        long age = scheduler.oldestAge(now);
        return new Backlog(
                queues,
                unread,
                age < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(age)),
                counts.sent(),
                counts.rejected(),
                counts.dropped(),
                contents.troubles().lines());
    }

    /** How many records wait or are under way. */
    public long total() {
        return unread + queues.values().stream().mapToLong(QueueHealth::records).sum();
    }

    /** How many records were dropped, whatever the reason. */
    public long droppedInAll() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
