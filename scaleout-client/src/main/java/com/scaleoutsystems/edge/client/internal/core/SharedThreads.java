package com.scaleoutsystems.edge.client.internal.core;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that all clients of a JVM share. They are daemons, start when there is work and end by themselves when there is
 * none, so they need no owner and no close.
 */
final class SharedThreads {

    private static final long IDLE_SECONDS = 2;

    /** Runs strands: short steps that never block. */
    static final ExecutorService STEPS = steps();

    /** Runs what blocks. */
    static final ExecutorService IO = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named("io"));

    /** Hands steps over to their strands when they are due, or to {@link #IO} if they belong to no strand. Runs none itself. */
    static final ScheduledExecutorService TIMER = timer();

    private SharedThreads() {}

    private static ExecutorService steps() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("strand"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("timer"));
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static ThreadFactory named(String role) {
        AtomicLong count = new AtomicLong();
        return body -> {
            Thread thread = new Thread(null, body, "scaleout-" + role + "-" + count.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            // A host's class loader must not be kept alive by a thread that outlives the host's use of the SDK.
            thread.setContextClassLoader(null);
            return thread;
        };
    }
}
