package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What came to a sandbox, also what its recording has forgotten since. To be collected before the recording forgets it. */
final class Arrivals {

    private final Recording recording;
    private final Map<String, Instant> updates = new HashMap<>();
    private final Map<String, Instant> completed = new HashMap<>();
    private final Map<String, Set<String>> ends = new HashMap<>();
    private final Set<String> records = new HashSet<>();
    private Set<Recorded> known = Set.of();
    private long collected;
    private int repeatedUpdates;
    private int repeatedRecords;

    Arrivals(Recording recording) {
        this.recording = recording;
    }

    /** Takes what has come since the last time. */
    void collect() {
        Set<Recorded> present = Collections.newSetFromMap(new IdentityHashMap<>());
        recording.modelUpdates().forEach(update -> take(update, present, this::update));
        recording.telemetry().forEach(record -> take(record, present, this::record));
        recording.reports().forEach(report -> take(report, present, this::report));
        known = present;
    }

    private <T extends Recorded> void take(T arrived, Set<Recorded> present, Consumer<T> with) {
        present.add(arrived);
        if (!known.contains(arrived)) {
            collected++;
            with.accept(arrived);
        }
    }

    private void update(Recorded.ModelUpdate update) {
        if (updates.putIfAbsent(update.correlationId(), update.time()) != null) {
            repeatedUpdates++;
        }
    }

    private void record(Recorded.Telemetry record) {
        if (!records.add(record.recordId())) {
            repeatedRecords++;
        }
    }

    private void report(Recorded.Report report) {
        if (report.done()) {
            ends.computeIfAbsent(report.correlationId(), id -> new HashSet<>()).add(report.status());
        }
        if (report.status().equals("COMPLETED")) {
            completed.putIfAbsent(report.correlationId(), report.time());
        }
    }

    /** How many messages the recording forgot before they were collected. */
    long missed() {
        return recording.count(Recorded.ModelUpdate.class)
                + recording.count(Recorded.Telemetry.class)
                + recording.count(Recorded.Report.class)
                - collected;
    }

    /** When the update of each task came first. */
    Map<String, Instant> updates() {
        return updates;
    }

    int repeatedUpdates() {
        return repeatedUpdates;
    }

    /** The ids of the records of telemetry. */
    Set<String> records() {
        return records;
    }

    int repeatedRecords() {
        return repeatedRecords;
    }

    /** When a client first said of each task that it is COMPLETED. */
    Map<String, Instant> completed() {
        return completed;
    }

    /** The ends that clients told of each task. */
    Map<String, Set<String>> ends() {
        return ends;
    }
}
