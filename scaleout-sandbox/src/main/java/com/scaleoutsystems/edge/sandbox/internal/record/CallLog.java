package com.scaleoutsystems.edge.sandbox.internal.record;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
import com.scaleoutsystems.edge.sandbox.internal.core.Newest;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** The recording of one sandbox, within the limits of its settings. The servers add to it. */
public final class CallLog implements Recording {
    /** HTTP: such a method is not there, so its count goes with its calls. There can be any number of names for nothing. */
    private static final List<String> NOT_THERE = List.of("404", "405");

    private final Changes changes;
    private final Object lock = new Object();
    private final Newest<Entry> entries;
    private final Map<Class<? extends Recorded>, Messages> kinds = new HashMap<>();
    private final Map<String, Calls> rpcs = new HashMap<>();
    private final List<Consumer<Recorded>> watchers = new CopyOnWriteArrayList<>();
    private long forgotten;

    /** The limits: how many calls, and how many bytes of the heap for them and their messages. */
    public CallLog(Changes changes, int mostCalls, long mostBytes) {
        this.changes = changes;
        this.entries = new Newest<>(mostCalls, mostBytes, this::forget);
    }

    private record Entry(RecordedCall call, List<? extends Recorded> accepted) {}

    /** The messages of one kind: those that the log still has, and how many there were. */
    private static final class Messages {
        private final Deque<Recorded> held = new ArrayDeque<>();
        private long count;
    }

    /** How many calls a method had. */
    private static final class Calls {
        private long count;
        private long held;
        private boolean exists;
    }

    /**
     * Adds a call, and the messages in it if it was accepted.
     *
     * @param bytes how much of the heap the call takes, apart from its messages' values
     */
    public void add(RecordedCall call, List<? extends Recorded> accepted, long bytes) {
        long size = bytes;
        for (Recorded message : accepted) {
            size += HeapSize.OBJECT + HeapSize.of(values(message));
        }
        synchronized (lock) {
            Calls calls = rpcs.computeIfAbsent(call.rpc(), rpc -> new Calls());
            calls.count++;
            calls.held++;
            calls.exists |= !NOT_THERE.contains(call.status());
            for (Recorded message : accepted) {
                Messages messages = kinds.computeIfAbsent(message.getClass(), kind -> new Messages());
                messages.count++;
                messages.held.add(message);
            }
            entries.add(new Entry(call, accepted), size);
        }
        for (Consumer<Recorded> watcher : watchers) {
            accepted.forEach(watcher);
        }
        changes.signal();
    }

    private void forget(Entry entry) {
        forgotten++;
        String rpc = entry.call.rpc();
        Calls calls = rpcs.get(rpc);
        if (calls != null && --calls.held == 0 && !calls.exists) {
            rpcs.remove(rpc);
        }
        for (Recorded message : entry.accepted) {
            Messages messages = kinds.get(message.getClass());
            if (messages != null) {
                // The log forgets in the order of arrival, and so the first of its kind.
                messages.held.remove();
            }
        }
    }

    private static Map<String, ?> values(Recorded message) {
        if (message instanceof Recorded.Telemetry telemetry) {
            return telemetry.payload();
        } else if (message instanceof Recorded.Attribute attribute) {
            return attribute.payload();
        } else if (message instanceof Recorded.InferenceResult result) {
            return result.payload();
        } else if (message instanceof Recorded.ModelUpdate update) {
            return update.meta();
        } else if (message instanceof Recorded.Validation validation) {
            return validation.metrics();
        } else if (message instanceof Recorded.Prediction prediction) {
            return prediction.values();
        } else if (message instanceof Recorded.Metric metric) {
            return metric.values();
        }
        return Map.of();
    }

    /** From now on calls this with each accepted message, on the thread that adds it, before those who wait for a change look. */
    public void watch(Consumer<Recorded> watcher) {
        watchers.add(watcher);
    }

    public void unwatch(Consumer<Recorded> watcher) {
        watchers.remove(watcher);
    }

    @Override
    public void clear() {
        synchronized (lock) {
            entries.clear();
            kinds.clear();
            rpcs.clear();
            forgotten = 0;
        }
    }

    @Override
    public long count(Class<? extends Recorded> kind) {
        synchronized (lock) {
            Messages messages = kinds.get(kind);
            return messages == null ? 0 : messages.count;
        }
    }

    @Override
    public long countCalls(String rpc) {
        synchronized (lock) {
            Calls calls = rpcs.get(rpc);
            return calls == null ? 0 : calls.count;
        }
    }

    @Override
    public long forgottenCalls() {
        synchronized (lock) {
            return forgotten;
        }
    }

    @Override
    public List<RecordedCall> calls() {
        synchronized (lock) {
            return entries.all().stream().map(Entry::call).toList();
        }
    }

    @Override
    public List<RecordedCall> calls(String rpc) {
        return calls().stream().filter(call -> call.rpc().equals(rpc)).toList();
    }

    @Override
    public <T extends Recorded> List<T> all(Class<T> kind) {
        synchronized (lock) {
            Messages messages = kinds.get(kind);
            return messages == null
                    ? List.of()
                    : messages.held.stream().map(kind::cast).toList();
        }
    }

    @Override
    public <T extends Recorded> List<T> await(Class<T> kind, int count, Duration timeout) {
        return changes.await(
                () -> count + " of " + kind.getSimpleName() + ", " + count(kind) + " came",
                timeout,
                () -> count(kind) >= count ? Optional.of(all(kind)) : Optional.empty());
    }

    @Override
    public List<RecordedCall> awaitCalls(String rpc, int count, Duration timeout) {
        return changes.await(
                () -> count + " calls of " + rpc + ", " + countCalls(rpc) + " came",
                timeout,
                () -> countCalls(rpc) >= count ? Optional.of(calls(rpc)) : Optional.empty());
    }

    @Override
    public <T> T await(String wanted, Duration timeout, Function<? super Recording, Optional<T>> look) {
        return changes.await(() -> wanted, timeout, () -> look.apply(this));
    }
}
