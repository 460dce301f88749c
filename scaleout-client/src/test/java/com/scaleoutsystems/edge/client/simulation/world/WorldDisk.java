package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A state directory that keeps what the contracts of the stores promise, and no more: of the commits that were not answered, a process
 * finds the first ones after a crash, and of those that failed, all or none.
 */
final class WorldDisk {

    private static final long ID_LENGTH = 36;

    /** A row of a table. */
    private record Place(StateStore.Table table, String key) {}

    /** A commit that is not answered yet. */
    private static final class Pending {

        private final StateStore.Batch batch;
        private boolean resolved;

        Pending(StateStore.Batch batch) {
            this.batch = batch;
        }
    }

    private final SimulatedDay day;
    private final SplittableRandom random;

    /** What is on the disk for sure. */
    private final Map<StateStore.Table, TreeMap<String, String>> synced = tables();

    /** What the process of the moment sees. */
    private Map<StateStore.Table, TreeMap<String, String>> seen = tables();

    private final Deque<Pending> pending = new ArrayDeque<>();

    /** Rows of failed commits, which the next process may find; an absent value is a row that is gone. */
    private final Map<Place, Optional<String>> ghosts = new LinkedHashMap<>();

    /** The tasks of which the disk does not know what the client wanted it to know. */
    private final Set<String> unwritten = new HashSet<>();

    private long lastAnswer;
    private int commitsToEvent;
    private Runnable event = () -> {};
    private boolean works = true;
    private Models models = new Models();

    WorldDisk(SimulatedDay day, SplittableRandom random) {
        this.day = day;
        this.random = random;
    }

    private static Map<StateStore.Table, TreeMap<String, String>> tables() {
        Map<StateStore.Table, TreeMap<String, String>> tables = new EnumMap<>(StateStore.Table.class);
        for (StateStore.Table table : StateStore.Table.values()) {
            tables.put(table, new TreeMap<>());
        }
        return tables;
    }

    StateStore store(SimulatedProcess process) {
        return new Store(process);
    }

    BlobStore blobs(SimulatedProcess process) {
        models.forgetMemory();
        models.process = process;
        return models;
    }

    /** Does this while the commit with this number, counted from now, is under way. */
    void atCommit(int number, Runnable action) {
        commitsToEvent = number;
        event = action;
    }

    /** The tasks of which the disk does not know what the client wanted it to know. */
    Set<String> unwritten() {
        return unwritten;
    }

    /** What the process of the moment sees of a table. */
    Map<String, String> rows(StateStore.Table table) {
        return seen.get(table);
    }

    /** How many models are pinned. */
    int pinned() {
        return models.pinned.size();
    }

    /**
     * The process is gone.
     *
     * @param power whether the machine lost its power
     * @return the tasks of which the next process may not know what this one knew
     */
    Set<String> processEnded(boolean power) {
        int survive = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1);
        for (Pending commit : pending) {
            commit.resolved = true;
            if (survive-- > 0) {
                apply(commit.batch, synced);
                day.checks().synced(commit.batch);
            }
        }
        pending.clear();
        if (random.nextBoolean()) {
            StateStore.Batch kept = new StateStore.Batch();
            ghosts.forEach((place, value) -> value.ifPresentOrElse(
                    row -> kept.put(place.table(), place.key(), row), () -> kept.delete(place.table(), place.key())));
            apply(kept, synced);
            day.checks().synced(kept);
        }
        ghosts.clear();
        seen = tables();
        synced.forEach((table, rows) -> seen.get(table).putAll(rows));
        Set<String> forgotten = new HashSet<>(unwritten);
        models.inMemory.forEach(id -> day.checks().taskOfModel(id).ifPresent(forgotten::add));
        unwritten.clear();
        if (power) {
            models = models.afterPowerCut(random);
        }
        return forgotten;
    }

    private static void apply(StateStore.Batch batch, Map<StateStore.Table, TreeMap<String, String>> tables) {
        batch.deletes().forEach(row -> tables.get(row.table()).remove(row.key()));
        batch.puts().forEach(row -> tables.get(row.table()).put(row.key(), row.value()));
    }

    /** The id of the record in a row of the outbox. */
    static String recordId(String row) {
        int at = row.indexOf("\"id\":\"") + 6;
        return row.substring(at, (int) (at + ID_LENGTH));
    }

    private final class Store implements StateStore {

        private final SimulatedProcess process;
        private boolean closed;

        Store(SimulatedProcess process) {
            this.process = process;
        }

        @Override
        public boolean isDurable() {
            return true;
        }

        @Override
        public boolean works() {
            return works;
        }

        @Override
        public void load(String identity, Table table, Consumer<Row> to) {
            new TreeMap<>(seen.get(table)).forEach((key, value) -> to.accept(new Row(table, key, value)));
        }

        @Override
        public void keys(String identity, Table table, ObjIntConsumer<String> to) {
            new TreeMap<>(seen.get(table)).forEach((key, value) -> to.accept(key, value.length()));
        }

        @Override
        public CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys) {
            Map<String, String> found = new HashMap<>();
            for (String key : keys) {
                String value = seen.get(table).get(key);
                if (value != null) {
                    found.put(key, value);
                }
            }
            CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
            process.later(time(), () -> answer.complete(found));
            return answer;
        }

        private long time() {
            return day.isOn(Fault.Kind.DISK_SLOW)
                    ? random.nextLong(1 + 1_000_000_000L * day.parameter(Fault.Kind.DISK_SLOW))
                    : random.nextLong(5_000_000);
        }

        @Override
        public CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
            CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
            if (closed) {
                answer.completeExceptionally(
                        new EdgeException(ErrorCode.FAILED_PRECONDITION, "the state directory is closed"));
                return answer;
            }
            long now = day.time().now();
            lastAnswer = Math.max(lastAnswer, now + time());
            if (day.strikes(Fault.Kind.DISK_FULL)) {
                refuse(batch, answer, lastAnswer - now);
                return answer;
            }
            apply(batch, seen);
            Pending commit = new Pending(batch);
            pending.add(commit);
            if (commitsToEvent > 0 && --commitsToEvent == 0) {
                day.time().after(random.nextLong(1 + 2 * (lastAnswer - now)), () -> true, event);
            }
            day.time().after(lastAnswer - now, () -> !commit.resolved, () -> {
                // Commits are answered in their order.
                while (!commit.resolved) {
                    Pending next = pending.removeFirst();
                    next.resolved = true;
                    keep(next.batch);
                }
                process.later(0, () -> answer.complete(null));
            });
            return answer;
        }

        private void keep(Batch batch) {
            works = true;
            apply(batch, synced);
            for (Row row : batch.puts()) {
                settled(row);
            }
            for (Row row : batch.deletes()) {
                settled(row);
            }
            day.checks().synced(batch);
        }

        private void settled(Row row) {
            if (!ghosts.isEmpty()) {
                ghosts.remove(new Place(row.table(), row.key()));
            }
            if (row.table() == Table.LEDGER && !unwritten.isEmpty()) {
                unwritten.remove(row.key());
            }
        }

        private void refuse(Batch batch, CompletableFuture<@Nullable Void> answer, long nanos) {
            works = false;
            day.note("disk", () -> "refuses a commit");
            batch.puts().forEach(row -> ghosts.put(new Place(row.table(), row.key()), Optional.of(row.value())));
            batch.deletes().forEach(row -> ghosts.put(new Place(row.table(), row.key()), Optional.empty()));
            for (Row row : batch.puts()) {
                if (row.table() == Table.LEDGER) {
                    unwritten.add(row.key());
                }
            }
            process.later(
                    nanos,
                    () -> answer.completeExceptionally(
                            new EdgeException(ErrorCode.IO, "No space left on device", null, true, 1)));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Pinned models; a deletion is never synced, so that a deleted one may be there again after a power cut. */
    private final class Models implements BlobStore {

        private final Map<String, ScaleoutModel> pinned = new HashMap<>();
        private final Map<String, ScaleoutModel> released = new LinkedHashMap<>();
        private final Set<String> inMemory = new HashSet<>();
        private final Set<String> earlier = new HashSet<>();
        private @Nullable SimulatedProcess process;

        void forgetMemory() {
            inMemory.forEach(pinned::remove);
            inMemory.clear();
            earlier.clear();
            earlier.addAll(pinned.keySet());
        }

        Models afterPowerCut(SplittableRandom random) {
            Models later = new Models();
            later.inMemory.addAll(inMemory);
            released.forEach((id, model) -> {
                if (random.nextInt(8) == 0) {
                    later.pinned.put(id, model);
                }
            });
            later.pinned.putAll(pinned);
            return later;
        }

        @Override
        public boolean pin(String id, ScaleoutModel model) {
            if (day.isOn(Fault.Kind.NO_ROOM_FOR_MODELS)) {
                boolean remembers = day.parameter(Fault.Kind.NO_ROOM_FOR_MODELS) == 1;
                if (!remembers) {
                    throw new EdgeException(ErrorCode.IO, "No space left on device", null, true, 1);
                }
                inMemory.add(id);
            } else {
                inMemory.remove(id);
            }
            earlier.remove(id);
            pinned.put(id, model.share());
            return !inMemory.contains(id);
        }

        @Override
        public Optional<ScaleoutModel> open(String id) {
            return Optional.ofNullable(pinned.get(id)).map(ScaleoutModel::share);
        }

        @Override
        public void release(String id) {
            ScaleoutModel model = pinned.remove(id);
            inMemory.remove(id);
            if (model != null) {
                released.put(id, model);
            }
        }

        @Override
        public void releaseEarlierExcept(Set<String> ids) {
            earlier.removeAll(ids);
            pinned.keySet().removeAll(earlier);
            earlier.clear();
        }

        @Override
        public void close() {}
    }
}
