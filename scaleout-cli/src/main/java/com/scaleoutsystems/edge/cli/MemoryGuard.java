package com.scaleoutsystems.edge.cli;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Ends the process with one line when it has no memory, whichever thread meets the error: a server that has lost a few threads or
 * connections to it accepts clients and never answers them. Most errors reach the handler of their thread. Some are swallowed on the way,
 * above all on the threads of the network, so a probe asks for a little memory each second, and meets the same error.
 */
final class MemoryGuard implements AutoCloseable {

    private static final int PROBE = 1 << 18;

    private final Console console;
    private final String command;
    private final byte[] bareLine;
    private final ProcessControl.Handler handler;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "memory-probe");
        made.setDaemon(true);
        return made;
    });

    /** What the last probe got. It is let go before the last line is written, which needs a little memory, too. */
    @SuppressWarnings("UnusedVariable") // It is there to be let go.
    private volatile byte @Nullable [] reserve = new byte[PROBE];

    /**
     * Watches from now on.
     *
     * @param command its name is in the line
     */
    MemoryGuard(Console console, String command) {
        this.console = console;
        this.command = command;
        this.bareLine = line("Java heap space").getBytes(StandardCharsets.UTF_8);
        this.handler = console.process().onOutOfMemory(this::end);
        var unused = thread.scheduleWithFixedDelay(this::probe, 1, 1, TimeUnit.SECONDS);
    }

    /** Ends the process at once: closing everything in good order would take memory. */
    void end(OutOfMemoryError error) {
        if (ended.getAndSet(true)) {
            return;
        }
        reserve = null;
        try {
            write(error);
        } finally {
            console.process().halt(ExitCode.SOFTWARE);
        }
    }

    private void write(OutOfMemoryError error) {
        byte[] line = bareLine;
        try {
            line = line(String.valueOf(error.getMessage())).getBytes(StandardCharsets.UTF_8);
        } catch (OutOfMemoryError again) {
            // Not even for this line; the other one was made when there was still memory.
        }
        console.err().write(line, 0, line.length);
        console.err().flush();
    }

    private String line(String reason) {
        String start = command + ": out of memory (" + reason;
        String heap = (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
        if (reason.contains("native thread")) {
            return start
                    + "); let the process have more threads (ulimit -u, or the pids of its container) or more memory"
                    + " outside its heap of " + heap + "\n";
        }
        if (reason.contains("irect buffer memory")) {
            return start + "); start it with more, such as JDK_JAVA_OPTIONS=-XX:MaxDirectMemorySize=1g, or use smaller"
                    + " models and messages\n";
        }
        return start + ", with a heap of " + heap
                + "); start it with more, such as JDK_JAVA_OPTIONS=-Xmx1g, or use smaller models and messages\n";
    }

    private void probe() {
        try {
            reserve = new byte[PROBE];
        } catch (OutOfMemoryError error) {
            end(error);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        handler.close();
    }
}
