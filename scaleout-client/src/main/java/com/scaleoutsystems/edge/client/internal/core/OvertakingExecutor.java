package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs the host's code one call at a time and in order, as long as the calls are quick. A call that takes long keeps its thread, and
 * the calls behind it continue on another one. So no call stops the others for good, whatever it waits for. Each thread that is kept in
 * this way doubles the time after which the next one is taken, up to a limit, so that calls which never return cost few threads. No line
 * is logged while the monitor is held: a log may block, and strands come here.
 */
final class OvertakingExecutor implements Executor {

    /** A call that takes longer is overtaken. It may take twice as long until this is noticed. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** However many calls were overtaken. */
    static final Duration LONGEST_PATIENCE = Duration.ofMinutes(1);

    private final Executor threads;
    private final BiFunction<Duration, Runnable, Cancellable> timer;
    private final Logger log;
    private final SaidOnce noThread = new SaidOnce(System::nanoTime);
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    /** The worker whose turn it is. Any other one stops when its call returns. */
    private @Nullable Worker current;

    private @Nullable Watch watch;
    private int overtaken;
    private boolean warned;

    /**
     * An executor without calls.
     *
     * @param threads other threads than the caller's, which may block
     * @param timer runs a short step after a delay
     */
    OvertakingExecutor(Executor threads, BiFunction<Duration, Runnable, Cancellable> timer, Logger log) {
        this.threads = threads;
        this.timer = timer;
        this.log = log;
    }

    /** Never throws: whoever completes a receipt has more to do afterwards. */
    @Override
    public void execute(Runnable call) {
        List<Runnable> lines = new ArrayList<>();
        synchronized (waiting) {
            waiting.add(call);
            if (current == null) {
                current = begun(lines);
            }
            watchOver(lines);
        }
        lines.forEach(Runnable::run);
    }

    /**
     * With the monitor. A worker, unless there is no thread to be had now: the watch tries again.
     *
     * @param lines takes what is to be logged without the monitor
     */
    private @Nullable Worker begun(List<Runnable> lines) {
        Worker worker = new Worker();
        try {
            threads.execute(worker);
            lines.add(() -> noThread.works(log, "getting threads for receipts"));
            return worker;
        } catch (Throwable failure) {
            lines.add(() -> noThread.fails(log, failure, "no thread for receipts; the client tries again"));
            return null;
        }
    }

    /** With the monitor. Looks later whether the call of the moment has ended. */
    private void watchOver(List<Runnable> lines) {
        if (watch == null) {
            Watch next = new Watch(current, current == null ? 0 : current.calls);
            try {
                next.timer = timer.apply(patience(), next::look);
                watch = next;
            } catch (Throwable failure) {
                // The next call tries again.
                lines.add(() -> log.debug("no thread to watch over receipts", failure));
            }
        }
    }

    private Duration patience() {
        Duration time = PATIENCE;
        for (int i = 0; i < overtaken && time.compareTo(LONGEST_PATIENCE) < 0; i++) {
            time = time.multipliedBy(2);
        }
        return time.compareTo(LONGEST_PATIENCE) < 0 ? time : LONGEST_PATIENCE;
    }

    /** With the monitor. */
    private void overtake(Worker slow, List<Runnable> lines) {
        Worker next = begun(lines);
        if (next == null) {
            return;
        }
        current = next;
        overtaken++;
        if (!warned) {
            warned = true;
            String thread = slow.thread;
            lines.add(() -> log.warn(
                    "code of the program that follows a receipt has run for more than {} s on thread {}; the client completes other"
                            + " receipts on another thread (logged once)",
                    PATIENCE.toSeconds(),
                    thread));
        }
    }

    /** With the monitor. A call that was overtaken has returned: from now on the client is less patient. */
    private void returned(List<Runnable> lines) {
        overtaken--;
        if (watch != null) {
            watch.timer.cancel();
            watch = null;
        }
        if (!waiting.isEmpty()) {
            watchOver(lines);
        }
    }

    /** Looks once whether a worker has come further. */
    private final class Watch {

        private final @Nullable Worker worker;
        private final long calls;
        private Cancellable timer = () -> {};

        Watch(@Nullable Worker worker, long calls) {
            this.worker = worker;
            this.calls = calls;
        }

        void look() {
            List<Runnable> lines = new ArrayList<>();
            synchronized (waiting) {
                look(lines);
            }
            lines.forEach(Runnable::run);
        }

        private void look(List<Runnable> lines) {
            if (watch != this) {
                return;
            }
            watch = null;
            if (waiting.isEmpty()) {
                // The next call begins the next watch.
                return;
            }
            if (current == null) {
                current = begun(lines);
            } else if (current == worker && calls > 0 && current.calls == calls) {
                overtake(current, lines);
            }
            watchOver(lines);
        }
    }

    /** Runs what waits, until it is overtaken. */
    private final class Worker implements Runnable {

        private long calls;
        private String thread = "";

        @Override
        public void run() {
            for (Runnable call = next(); call != null; call = next()) {
                try {
                    call.run();
                } catch (Throwable failure) {
                    log.error("a receipt could not be completed; this is a fault of the SDK", failure);
                }
            }
        }

        private @Nullable Runnable next() {
            List<Runnable> lines = new ArrayList<>();
            Runnable next;
            synchronized (waiting) {
                next = next(lines);
            }
            lines.forEach(Runnable::run);
            return next;
        }

        private @Nullable Runnable next(List<Runnable> lines) {
            if (current != this) {
                returned(lines);
                return null;
            }
            thread = Thread.currentThread().getName();
            calls++;
            Runnable next = waiting.poll();
            if (next == null) {
                current = null;
            }
            return next;
        }
    }
}
