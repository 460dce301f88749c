package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must hold at each moment, whatever the world does, and what must hold when it has been well for a while. */
final class Checks {

    /** A record that may itself be the reason of its failures is given up after so many. */
    private static final int MOST_FAILURES = 10;

    private static final int MOST_LOST_MODELS = 3;

    /** A server that repeats a task hears of its end each time. */
    private static final int MOST_REPEATS = 300;

    private static final int MOST_STEPS = 5_000;

    private static final Map<String, Set<String>> TRANSITIONS = Map.of(
            "NEW", Set.of("JOINING", "DRAINING"),
            "JOINING", Set.of("NEW", "CONNECTED", "DEGRADED", "RECONNECTING", "DRAINING"),
            "CONNECTED", Set.of("DEGRADED", "RECONNECTING", "REASSIGNING", "DRAINING"),
            "DEGRADED", Set.of("CONNECTED", "RECONNECTING", "REASSIGNING", "DRAINING"),
            "RECONNECTING", Set.of("CONNECTED", "DEGRADED", "REASSIGNING", "DRAINING"),
            "REASSIGNING", Set.of("CONNECTED", "DEGRADED", "DRAINING"),
            "DRAINING", Set.of("CLOSED"),
            "CLOSED", Set.of());

    /** Something that must hold does not. */
    static final class Violation extends AssertionError {

        private static final long serialVersionUID = 1L;

        private final String invariant;

        Violation(String invariant, String what) {
            super(invariant + ": " + what);
            this.invariant = invariant;
        }

        String invariant() {
            return invariant;
        }
    }

    /** A row that went although the server does not have its record: somebody must say why. */
    private record Unexplained(int process, long at) {}

    private final SimulatedDay day;
    private @Nullable Violation violation;

    /** The tasks of which a disk that refused commits made the client forget something. */
    private final Set<String> excused = new HashSet<>();

    /** In which process each task's callback has begun last. */
    private final Map<String, Integer> begun = new HashMap<>();

    /** The tasks whose results are on the disk. */
    private final Set<String> stored = new HashSet<>();

    private final Map<String, String> taskOfModel = new HashMap<>();

    /** The records with rows, by key. */
    private final Map<String, String> rows = new TreeMap<>();

    /** When each row came. */
    private final Map<String, Long> rowTimes = new HashMap<>();

    private final Set<String> everStored = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    /** The records of which somebody said that they are not sent; their rows may go later, when the disk is well again. */
    private final Set<String> explained = new HashSet<>();

    private final Map<String, Unexplained> unexplained = new HashMap<>();
    private final Map<String, Integer> acknowledged = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Map<String, Integer> failedUploads = new HashMap<>();
    private final Map<String, String> taskOfRecord = new HashMap<>();

    Checks(SimulatedDay day) {
        this.day = day;
    }

    /** Whether everything has held so far. */
    boolean hold() {
        return violation == null;
    }

    /** What did not hold first. */
    Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }

    /** Something does not hold. The client may catch what is thrown here: the day ends all the same. */
    Violation violated(String invariant, String what) {
        if (violation == null) {
            violation = new Violation(invariant, what);
            day.note("CHECK", () -> invariant + ": " + what);
        }
        throw violation;
    }

    /** A step of the client threw. */
    void threw(Throwable fault) {
        if (violation == null) {
            violation = new Violation("no step throws", String.valueOf(fault));
            violation.initCause(fault);
        }
    }

    /** After each step. */
    void afterStep() {
        if (day.time().waiting() > MOST_STEPS) {
            violated("bounds are kept", day.time().waiting() + " steps wait");
        }
        if (day.network().openTransports() > SimulatedDay.MOST_TRANSPORTS) {
            violated("bounds are kept", day.network().openTransports() + " transports are open");
        }
    }

    void state(ClientState from, ClientState to, @Nullable ClientState known) {
        if (from != known || !TRANSITIONS.get(from.name()).contains(to.name())) {
            violated("states follow each other", known + ": " + from + " → " + to);
        }
    }

    /** A callback begins. */
    void begins(String task, int process) {
        Integer former = begun.put(task, process);
        boolean excuse = excused.contains(task);
        if (former != null && !excuse && (former == process || !day.runsAgain() || stored.contains(task))) {
            violated("no task is trained twice", task + " in process " + former + " and in " + process);
        }
        if (!excuse && day.server().endOf(task) != null) {
            violated("no task runs after its end", task);
        }
    }

    void modelOf(String task, String model) {
        taskOfModel.put(model, task);
    }

    Optional<String> taskOfModel(String model) {
        return Optional.ofNullable(taskOfModel.get(model));
    }

    /** The last report of a task came. */
    void ended(String task, String end, String response) {
        boolean result = day.server().hasResultOf(task);
        if (end.equals("COMPLETED") && !result) {
            violated("COMPLETED only with a result", task);
        }
        if (!end.equals("COMPLETED")
                && !excused.contains(task)
                && (result || stored.contains(task))
                && !mayBeRejected(task)) {
            violated(
                    "no result is lost",
                    task + " is " + end + " " + response + ", and its result was " + (result ? "sent" : "stored"));
        }
    }

    private boolean mayBeRejected(String task) {
        return taskOfRecord.entrySet().stream()
                .filter(entry -> task.equals(entry.getValue()))
                .map(Map.Entry::getKey)
                .anyMatch(id -> tries(id) >= MOST_FAILURES || uploads(id) >= MOST_LOST_MODELS);
    }

    void endsDiffer(String task, String former, String end) {
        if (!excused.contains(task)) {
            violated("one end for each task", task + " was " + former + " and is " + end);
        }
    }

    /** The result of a task came. */
    void result(String task, @Nullable String end) {
        if (end != null && !end.equals("COMPLETED") && !excused.contains(task) && !mayBeRejected(task)) {
            violated("no result is lost", task + " is " + end + ", and its result comes later");
        }
    }

    /** The end of a task was told so many times. */
    void told(String task, int times) {
        if (times > MOST_REPEATS) {
            violated("an end is told until the server knows it", task + " was told " + times + " times");
        }
    }

    void resultsDiffer(String task, RecordBody former, RecordBody result) {
        if (!excused.contains(task)) {
            violated("one result for each task", task + ": " + former + " and " + result);
        }
    }

    /** A commit is on the disk. */
    void synced(StateStore.Batch batch) {
        for (StateStore.Row row : batch.puts()) {
            if (row.table() == StateStore.Table.OUTBOX) {
                String id = WorldDisk.recordId(row.value());
                if (everStored.add(id)) {
                    rowTimes.put(id, day.time().now());
                }
                rows.put(row.key(), id);
                int at = row.value().lastIndexOf("\"correlationId\":\"");
                if (at >= 0) {
                    int from = at + 17;
                    taskOfRecord.put(id, row.value().substring(from, row.value().indexOf('"', from)));
                }
            } else if (row.table() == StateStore.Table.LEDGER && row.value().contains("RESULT_STORED")) {
                stored.add(row.key());
            }
        }
        for (StateStore.Row row : batch.deletes()) {
            String id = row.table() == StateStore.Table.OUTBOX ? rows.remove(row.key()) : null;
            if (id != null) {
                gone.add(id);
                if (!day.server().has(id) && !explained.contains(id)) {
                    unexplained.put(
                            id, new Unexplained(day.processNumber(), day.time().now()));
                }
            }
        }
        if (rows.size() > SimulatedDay.MOST_RECORDS + 50) {
            violated("bounds are kept", rows.size() + " records wait");
        }
    }

    /** The client begins to send a record. */
    void sends(String id, RecordBody record, SimulatedProcess process) {
        // A full disk may have refused its row.
        if (record instanceof RecordBody.ModelUpdate update) {
            taskOfRecord.put(id, update.correlationId());
        }
        Integer former = acknowledged.get(id);
        if (former != null && former == process.number()) {
            violated("nothing is sent again that was acknowledged", "record " + id);
        }
        if (gone.contains(id)) {
            violated("nothing is sent again whose row is gone", "record " + id);
        }
    }

    void acknowledged(String id, SimulatedProcess process) {
        acknowledged.put(id, process.number());
    }

    void refused(String id) {
        failures.merge(id, 1, Integer::sum);
    }

    void durable(String id) {
        if (!everStored.contains(id)) {
            violated("DURABLE is on the disk", "record " + id);
        }
    }

    /** A record has its outcome. */
    void settled(String id, Outcome outcome) {
        if (outcome.isDelivered()) {
            if (!day.server().has(id)) {
                violated("Delivered is at the server", "record " + id);
            }
        } else if (outcome instanceof Outcome.Rejected rejected) {
            explain(id);
            int tries = tries(id);
            ErrorCode code = rejected.error().code();
            boolean disk = code == ErrorCode.IO && day.hasHappened(Fault.Kind.DISK_FULL);
            boolean lost = code == ErrorCode.NOT_FOUND && uploads(id) >= MOST_LOST_MODELS;
            boolean often = code != ErrorCode.NOT_FOUND && tries >= MOST_FAILURES;
            if (!disk && !lost && !often) {
                violated(
                        "nothing is rejected without need",
                        "record " + id + " after " + tries + " failures: "
                                + rejected.error().getMessage());
            }
        } else if (outcome instanceof Outcome.Dropped dropped) {
            explain(id);
            boolean due = switch (dropped.reason()) {
                case QUEUE_FULL -> rows.size() >= SimulatedDay.MOST_RECORDS / 2;
                case CLIENT_CLOSED ->
                    day.isClosing()
                            && (day.hasHappened(Fault.Kind.DISK_FULL)
                                    || day.hasHappened(Fault.Kind.NO_ROOM_FOR_MODELS)
                                    || !everStored.contains(id));
                case EXPIRED -> day.hasHappened(Fault.Kind.CLOCK_STEP);
                case DISPLACED, UNREADABLE -> false;
            };
            if (!due) {
                violated("nothing is dropped without need", "record " + id + " as " + dropped.reason());
            }
        } else if (!day.isClosing() || !everStored.contains(id)) {
            violated("Kept is on the disk", "record " + id);
        }
    }

    private void explain(String id) {
        explained.add(id);
        unexplained.remove(id);
    }

    /** An upload failed. */
    void uploadFailed(String model) {
        failedUploads.merge(model, 1, Integer::sum);
    }

    /** How often the client failed to send a record, or its model. */
    private int tries(String id) {
        return failures.getOrDefault(id, 0) + uploadFailures(id);
    }

    private int uploadFailures(String id) {
        return taskOfModel.entrySet().stream()
                .filter(entry -> entry.getValue().equals(taskOfRecord.get(id)))
                .mapToInt(entry -> failedUploads.getOrDefault(entry.getKey(), 0))
                .sum();
    }

    /** How often the model of a record was uploaded. */
    private int uploads(String id) {
        return taskOfModel.entrySet().stream()
                .filter(entry -> entry.getValue().equals(taskOfRecord.get(id)))
                .mapToInt(entry -> day.server().uploads(entry.getKey()))
                .max()
                .orElse(0);
    }

    /** The process has ended: what it knew and had not told is forgotten. */
    void processEnded(Set<String> forgotten) {
        excused.addAll(forgotten);
        long now = day.time().now();
        unexplained
                .values()
                .removeIf(row -> now - row.at() < Duration.ofSeconds(1).toNanos());
    }

    /** At the end of a stretch, when the world was well for a long time. */
    void quiet(long wellSince) {
        if (!unexplained.isEmpty()) {
            violated(
                    "no record is lost",
                    unexplained.keySet().iterator().next() + " and " + (unexplained.size() - 1)
                            + " more are neither stored nor sent, and nothing says why");
        }
        Set<String> old = rows.values().stream()
                .filter(id -> rowTimes.get(id) < wellSince)
                .collect(Collectors.toSet());
        if (!old.isEmpty()) {
            violated(
                    "all records are sent in the end",
                    old.size() + " wait, such as " + old.iterator().next());
        }
        if (!day.disk().unwritten().isEmpty()) {
            violated(
                    "what a full disk refused is written later",
                    day.disk().unwritten().toString());
        }
        if (day.disk().pinned() > rows.size() + 1) {
            violated(
                    "bounds are kept",
                    day.disk().pinned() + " models are pinned, and " + rows.size() + " records wait");
        }
        for (String id : everStored) {
            if (!day.server().has(id) && !gone.contains(id) && !rows.containsValue(id)) {
                violated("no record is lost", "stored record " + id);
            }
        }
    }
}
