package com.scaleoutsystems.edge.cli;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** A process whose signals come from the test, and that does not really end. */
final class FakeProcess implements ProcessControl {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Runnable> handlers = new CopyOnWriteArrayList<>();
    private volatile OptionalInt halted = OptionalInt.empty();

    @Override
    public Handler onStop(Runnable action) {
        handlers.add(action);
        return () -> handlers.remove(action);
    }

    @Override
    public void halt(int exitCode) {
        halted = OptionalInt.of(exitCode);
    }

    /** Sends a SIGTERM as soon as somebody hears it. */
    void terminate() {
        await().atMost(PATIENCE).until(() -> !handlers.isEmpty());
        handlers.forEach(Runnable::run);
    }

    /** Sends two, so quickly that what the first has asked for is not done when the second comes. */
    void terminateTwice() {
        await().atMost(PATIENCE).until(() -> !handlers.isEmpty());
        for (Runnable handler : handlers) {
            handler.run();
            handler.run();
        }
    }

    /** The exit code of an end at once, if there was one. */
    OptionalInt halted() {
        return halted;
    }
}
