package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.LaneSettings;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Places for a number of callbacks, and the queue of tasks that wait for a place. A callback that ignores its abort gives up its place,
 * so that the next task can run beside it. After too many such callbacks the lane takes no more tasks. Lives on the client's strand.
 */
final class Lane {

    /** How many stuck callbacks are replaced. */
    static final int MAX_STUCK = 4;

    /** A task that needs a place in a lane. Called on the client's strand. */
    interface Guest {

        /** The guest has a place now. Never throws: a guest that cannot start leaves the lane. */
        void start();
    }

    private final LaneSettings settings;
    private final int maxWaiting;
    private final Set<Guest> waiting = new LinkedHashSet<>();
    private final Set<Guest> holders = new LinkedHashSet<>();
    private final Set<Guest> stuck = new LinkedHashSet<>();

    Lane(LaneSettings settings, int maxWaiting) {
        this.settings = settings;
        this.maxWaiting = maxWaiting;
    }

    /** A lane in which no task waits for another. */
    static Lane unlimited(String name) {
        return new Lane(LaneSettings.of(name).withWidth(Integer.MAX_VALUE), 0);
    }

    String name() {
        return settings.name();
    }

    Optional<Path> lockFile() {
        return settings.lockFile();
    }

    /** Whether the lane takes no more tasks because too many callbacks are stuck in it. */
    boolean isBlocked() {
        return stuck.size() > MAX_STUCK;
    }

    boolean hasRoom() {
        return !isBlocked() && (holders.size() < settings.width() || waiting.size() < maxWaiting);
    }

    /** Gives the guest a place if one is free, or else puts it into the queue; false if the queue is full. */
    boolean enter(Guest guest) {
        if (!hasRoom()) {
            return false;
        }
        waiting.add(guest);
        advance();
        return true;
    }

    /** The guest has left, whether it had a place, waited for one, or neither. The next guest in the queue gets the place. */
    void leave(Guest guest) {
        waiting.remove(guest);
        holders.remove(guest);
        advance();
    }

    /** The guest's callback ignores its abort: the next guest may run beside it. */
    void replace(Guest guest) {
        if (holders.remove(guest)) {
            stuck.add(guest);
            advance();
        }
    }

    /** A stuck callback has returned. */
    void unstuck(Guest guest) {
        stuck.remove(guest);
        advance();
    }

    private void advance() {
        while (!isBlocked() && holders.size() < settings.width() && !waiting.isEmpty()) {
            Guest next = waiting.iterator().next();
            waiting.remove(next);
            holders.add(next);
            next.start();
        }
    }
}
