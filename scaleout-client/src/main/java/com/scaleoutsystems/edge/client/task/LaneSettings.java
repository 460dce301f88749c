package com.scaleoutsystems.edge.client.task;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A lane: room for callbacks, shared by the kinds of tasks that name it.
 *
 * @param name names the lane, and its threads; kinds of tasks with the same name share one lane
 * @param width how many callbacks run in it at the same time, at least 1
 * @param lockFile a file that is locked while a callback runs, so that programs on one machine take turns; waiting for it can be
 *     aborted. Holds off other programs that use this SDK, and other clients of this one
 */
public record LaneSettings(String name, int width, Optional<Path> lockFile) {

    /**
     * Checks the ranges.
     *
     * @param name names the lane, and its threads; kinds of tasks with the same name share one lane
     * @param width how many callbacks run in it at the same time, at least 1
     * @param lockFile a file that is locked while a callback runs, so that programs on one machine take turns
     */
    public LaneSettings {
        Objects.requireNonNull(lockFile, "lockFile");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a lane needs a name");
        }
        if (width < 1) {
            throw new IllegalArgumentException(
                    "the width of lane " + name + " is " + width + "; it must be at least 1");
        }
    }

    /**
     * A lane for one callback at a time.
     *
     * @param name the lane's name
     * @return the settings
     */
    public static LaneSettings of(String name) {
        return new LaneSettings(name, 1, Optional.empty());
    }

    /**
     * This lane with another width.
     *
     * @param value how many callbacks run at the same time
     * @return the changed copy
     */
    public LaneSettings withWidth(int value) {
        return new LaneSettings(name, value, lockFile);
    }

    /**
     * This lane with a lock file.
     *
     * @param file the file; made if it is not there
     * @return the changed copy
     */
    public LaneSettings withLockFile(Path file) {
        return new LaneSettings(name, width, Optional.of(file));
    }
}
