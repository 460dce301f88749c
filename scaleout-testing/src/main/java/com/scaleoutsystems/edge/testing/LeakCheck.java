package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Looks for what a test has left behind: clients that have not said goodbye to its sandbox, and threads of the callbacks of its clients.
 *
 * @param sandbox the server of the test, which still runs
 * @param clientIds all clients of the test
 */
record LeakCheck(Sandbox sandbox, Set<String> clientIds) {

    /** What ends at this moment may still need a while. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A client that has just joined is connected after this time at the latest. */
    private static final Duration ARRIVAL = Duration.ofMillis(500);

    private static final int SHOWN_FRAMES = 10;

    /** The clients that were made for the test, and all others that its sandbox has met. */
    static LeakCheck of(EdgeClients clients) {
        Set<String> ids = clients.sandbox().recording().announcements().stream()
                .map(Recorded::clientId)
                .collect(Collectors.toCollection(TreeSet::new));
        clients.made().stream().map(EdgeClient::clientId).forEach(ids::add);
        return new LeakCheck(clients.sandbox(), ids);
    }

    /**
     * Looks.
     *
     * @throws AssertionError if the test has left something behind
     */
    void run() {
        List<String> leaks = new ArrayList<>();
        connectedClients().forEach(id -> leaks.add("the client " + id + " was not closed"));
        callbackThreads()
                .forEach(thread -> leaks.add("the thread " + thread.getName() + " still runs" + stack(thread)));
        if (!leaks.isEmpty()) {
            throw new AssertionError("the test has left something behind: " + String.join("; ", leaks));
        }
    }

    private List<String> connectedClients() {
        try {
            soon(ARRIVAL, recording -> joining(recording).isEmpty());
            soon(PATIENCE, recording -> sandbox.connectedClients().isEmpty());
            return sandbox.connectedClients();
        } catch (EdgeException closed) {
            // The test has closed the sandbox: nobody could say goodbye.
            return List.of();
        }
    }

    /** Waits for something, but not for long. */
    private void soon(Duration longest, Predicate<Recording> wanted) {
        try {
            sandbox.recording()
                    .await("", longest, recording -> Optional.of(recording).filter(wanted));
        } catch (EdgeException late) {
            if (late.code() != ErrorCode.DEADLINE_EXCEEDED) {
                throw late;
            }
        }
    }

    /** The clients that have asked whether they may come, and said nothing since: they come now, or have only asked. */
    private static List<String> joining(Recording recording) {
        Map<String, String> last = new TreeMap<>();
        recording.announcements().forEach(said -> last.put(said.clientId(), said.type()));
        last.values().removeIf(said -> !said.equals("VersionCheck"));
        return List.copyOf(last.keySet());
    }

    private List<Thread> callbackThreads() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(this::isOfACallback)
                .filter(thread -> !endsBefore(deadline, thread))
                .toList();
    }

    /** The client names the threads of callbacks after lane, client and task. */
    private boolean isOfACallback(Thread thread) {
        String name = thread.getName();
        return name.startsWith("scaleout-") && clientIds.stream().anyMatch(id -> name.contains("-" + id + "-"));
    }

    private static boolean endsBefore(long deadline, Thread thread) {
        try {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(SHOWN_FRAMES)
                .map(frame -> "\n\tat " + frame)
                .collect(Collectors.joining());
    }
}
