package com.scaleoutsystems.edge.sandbox.internal.record;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The recording of one sandbox. The servers add to it. */
public final class CallLog implements Recording {
    private final Changes changes;
    private final List<RecordedCall> calls = new ArrayList<>();
    private final Map<Class<? extends Recorded>, List<Recorded>> messages = new HashMap<>();

    public CallLog(Changes changes) {
        this.changes = changes;
    }

    /** Adds a call, and the messages in it if it was accepted. */
    public void add(RecordedCall call, List<? extends Recorded> accepted) {
        synchronized (calls) {
            calls.add(call);
            for (Recorded message : accepted) {
                messages.computeIfAbsent(message.getClass(), kind -> new ArrayList<>())
                        .add(message);
            }
        }
        changes.signal();
    }

    @Override
    public void clear() {
        synchronized (calls) {
            calls.clear();
            messages.clear();
        }
    }

    @Override
    public List<RecordedCall> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    @Override
    public List<RecordedCall> calls(String rpc) {
        synchronized (calls) {
            return calls.stream().filter(call -> call.rpc().equals(rpc)).toList();
        }
    }

    @Override
    public <T extends Recorded> List<T> all(Class<T> kind) {
        synchronized (calls) {
            return messages.getOrDefault(kind, List.of()).stream()
                    .map(kind::cast)
                    .toList();
        }
    }

    @Override
    public <T extends Recorded> List<T> await(Class<T> kind, int count, Duration timeout) {
        return changes.await(
                () -> count + " of " + kind.getSimpleName() + ", " + all(kind).size() + " came",
                timeout,
                () -> Optional.of(all(kind)).filter(found -> found.size() >= count));
    }

    @Override
    public List<RecordedCall> awaitCalls(String rpc, int count, Duration timeout) {
        return changes.await(
                () -> count + " calls of " + rpc + ", " + calls(rpc).size() + " came",
                timeout,
                () -> Optional.of(calls(rpc)).filter(found -> found.size() >= count));
    }

    @Override
    public <T> T await(String wanted, Duration timeout, Function<? super Recording, Optional<T>> look) {
        return changes.await(() -> wanted, timeout, () -> look.apply(this));
    }
}
