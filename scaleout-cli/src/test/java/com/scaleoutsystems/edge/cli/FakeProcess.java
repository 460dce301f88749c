package com.scaleoutsystems.edge.cli;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A process whose signals come from the test, and that does not really end. */
final class FakeProcess implements ProcessControl {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Runnable> handlers = new CopyOnWriteArrayList<>();
    private final List<Consumer<OutOfMemoryError>> memoryHandlers = new CopyOnWriteArrayList<>();
    private volatile OptionalInt halted = OptionalInt.empty();

    @Override
    public Handler onStop(Runnable action) {
        handlers.add(action);
        return () -> handlers.remove(action);
    }

    @Override
    public Handler onOutOfMemory(Consumer<OutOfMemoryError> action) {
        memoryHandlers.add(action);
        return () -> memoryHandlers.remove(action);
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

    /** Lets a thread have no memory. */
    void runOutOfMemory(OutOfMemoryError error) {
        memoryHandlers.forEach(handler -> handler.accept(error));
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
