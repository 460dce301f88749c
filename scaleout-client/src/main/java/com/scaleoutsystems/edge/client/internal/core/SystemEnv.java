package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The real thing: system clocks and the threads that all clients of the JVM share. */
public final class SystemEnv implements Env {

    private final PendingLines pendingLines = new PendingLines();
    private final RandomIds ids = new RandomIds();

    private final Executor continuations =
            new OvertakingExecutor(SharedThreads.IO, SystemEnv::apart, Loggers.of(Loggers.CLIENT));

    private final Executor watchers =
            new OvertakingExecutor(SharedThreads.IO, SystemEnv::apart, Loggers.of(Loggers.TASK));

    @Override
    public Instant wall() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public NodeLoad load() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
            return new NodeLoad(0, 0);
        }
        double total = system.getTotalMemorySize();
        double used = total > 0 ? (total - system.getFreeMemorySize()) / total : 0;
        // Negative where it is not known, as at the first look.
        return new NodeLoad(100 * used, 100 * Math.max(0, system.getCpuLoad()));
    }

    @Override
    public String newId() {
        return ids.next();
    }

    @Override
    public Strand strand(String name) {
        return new SystemStrand(new SerialExecutor(
                SharedThreads.STEPS, SystemEnv::apart, System::nanoTime, Loggers.of(Loggers.CLIENT)));
    }

    @Override
    public Cancellable after(Duration delay, Runnable step) {
        return apart(delay, step);
    }

    /** All clients of the JVM share the timer, and even a short step may block: the log that it writes to may be full. */
    private static Cancellable apart(Duration delay, Runnable step) {
        return onTimer(delay, step, SystemEnv::handOver);
    }

    private static void handOver(Runnable step) {
        try {
            SharedThreads.IO.execute(step);
        } catch (Throwable noThread) {
            // What waits for a time limit must not wait for a thread, too.
            step.run();
        }
    }

    /** The step is due before it begins: until its thread has come to it, it can be cancelled. */
    private static Cancellable onTimer(Duration delay, Runnable step, Executor threads) {
        AtomicBoolean cancelled = new AtomicBoolean();
        Runnable unlessCancelled = () -> {
            if (!cancelled.get()) {
                step.run();
            }
        };
        Future<?> due = SharedThreads.TIMER.schedule(
                () -> threads.execute(unlessCancelled), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> {
            cancelled.set(true);
            due.cancel(false);
        };
    }

    @Override
    public Executor io() {
        return SharedThreads.IO;
    }

    @Override
    public Executor continuations() {
        return continuations;
    }

    @Override
    public Executor watchers() {
        return watchers;
    }

    @Override
    public CallbackThread callback(String name, Runnable body) {
        // Not a daemon: the JVM should not end in the middle of a training only because main has returned.
        // A log line may begin with the name, of which the server chose a part.
        Thread thread = new Thread(body, ServerText.argument(name));
        thread.setDaemon(false);
        thread.start();
        return thread::interrupt;
    }

    @Override
    public Cancellable onShutdown(String name, Supplier<? extends CompletionStage<?>> end) {
        Thread hook = new Thread(() -> Blocking.await(end.get()), ServerText.argument(name));
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> forget(hook);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs: what it waits for is over.
            return;
        }
    }

    @Override
    public PendingLines pendingLines() {
        return pendingLines;
    }

    private record SystemStrand(Executor serial) implements Strand {

        @Override
        public void execute(Runnable step) {
            serial.execute(step);
        }

        @Override
        public Cancellable after(Duration delay, Runnable step) {
            return onTimer(delay, step, serial);
        }
    }
}
