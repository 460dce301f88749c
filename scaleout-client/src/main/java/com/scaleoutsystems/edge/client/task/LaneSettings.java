package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lane, in which a number of callbacks run at the same time. Kinds of tasks that name the same lane share it. Immutable: each {@code
 * with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class LaneSettings {

    private final Values values;

    private LaneSettings(Values values) {
        this.values = values;
    }

    private LaneSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new LaneSettings(copy);
    }

    /** The values with their defaults. A lane never changes the object that it was made with. */
    private static final class Values {

        final String name;
        int width = 1;

        @Nullable
        Path lockFile;

        Values(String name) {
            this.name = name;
        }

        Values(Values other) {
            name = other.name;
            width = other.width;
            lockFile = other.lockFile;
        }

        NamedValues named() {
            return new NamedValues().with("name", name).with("width", width).with("lockFile", lockFile);
        }
    }

    /**
     * A lane for one callback at a time.
     *
     * @param name the lane's name, not blank
     * @return the settings
     */
    public static LaneSettings of(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a lane needs a name");
        }
        return new LaneSettings(new Values(name));
    }

    /**
     * The name of the lane and of its threads. Kinds of tasks with the same name share one lane.
     *
     * @return the name
     */
    public String name() {
        return values.name;
    }

    /**
     * How many callbacks run in the lane at the same time.
     *
     * @return at least 1
     */
    public int width() {
        return values.width;
    }

    /**
     * Changes the width.
     *
     * @param value how many callbacks run at the same time, at least 1
     * @return the changed copy
     */
    public LaneSettings withWidth(int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "the width of lane " + values.name + " is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.width = value);
    }

    /**
     * A file that the client locks while a callback runs, so that programs on one machine take turns. An abort ends the wait for it. The
     * lock excludes other programs that use this SDK, and other clients of this program.
     *
     * @return the file, if one is set
     */
    public Optional<Path> lockFile() {
        return Optional.ofNullable(values.lockFile);
    }

    /**
     * Sets a lock file.
     *
     * @param file the file; if it is missing, the client creates it
     * @return the changed copy
     */
    public LaneSettings withLockFile(Path file) {
        return changed(copy -> copy.lockFile = Objects.requireNonNull(file, "file"));
    }

    /**
     * Removes the lock file.
     *
     * @return the changed copy
     */
    public LaneSettings withoutLockFile() {
        return changed(copy -> copy.lockFile = null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LaneSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "LaneSettings" + values.named();
    }
}
