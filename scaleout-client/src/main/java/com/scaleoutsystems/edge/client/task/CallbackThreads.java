package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.JavaVersion;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * On which threads the client runs callbacks. Immutable.
 *
 * @since 0.1.0
 */
public final class CallbackThreads {

    private static final CallbackThreads PLATFORM = new CallbackThreads("platform", null);
    private static final CallbackThreads VIRTUAL = new CallbackThreads("virtual", null);

    private final String name;
    private final @Nullable Executor executor;

    private CallbackThreads(String name, @Nullable Executor executor) {
        this.name = name;
        this.executor = executor;
    }

    /**
     * A new platform thread for each callback, which ends with it. The JVM does not end while the callback runs.
     *
     * @return the default
     */
    public static CallbackThreads platform() {
        return PLATFORM;
    }

    /**
     * A new virtual thread for each callback, for callbacks that mostly wait. The JVM ends even while such a callback runs.
     *
     * @return virtual threads
     * @throws EdgeException FAILED_PRECONDITION if the JVM is older than 21
     */
    public static CallbackThreads virtual() {
        JavaVersion.requireVirtualThreads();
        return VIRTUAL;
    }

    /**
     * An executor of the program. The program closes it, after the client.
     *
     * <p>A callback that waits for a thread of the executor counts as running: it holds its place in the lane, its time limit passes, and
     * an abort ends its task at once. If the executor refuses a callback, the task ends as FAILED. The client interrupts a thread of the
     * executor only while it runs the callback of an aborted task, and clears the interrupt afterwards.
     *
     * @param executor runs the callbacks; it should have as many threads as callbacks run at a time
     * @return the executor's threads
     */
    public static CallbackThreads on(Executor executor) {
        return new CallbackThreads("on", Objects.requireNonNull(executor, "executor"));
    }

    /**
     * Reads the name of a kind of threads.
     *
     * @param text {@code platform} or {@code virtual}
     * @return the threads
     * @throws IllegalArgumentException if it is another text
     * @throws EdgeException as {@link #virtual()}
     */
    public static CallbackThreads parse(String text) {
        return switch (text.strip()) {
            case "platform" -> platform();
            case "virtual" -> virtual();
            default ->
                throw new IllegalArgumentException(
                        "'" + text + "' is no kind of threads; expected platform or virtual");
        };
    }

    /**
     * Whether each callback runs on a virtual thread of its own.
     *
     * @return true for {@link #virtual()}
     */
    public boolean isVirtual() {
        return equals(VIRTUAL);
    }

    /**
     * The program's executor.
     *
     * @return the executor; empty if each callback has a thread of its own
     */
    public Optional<Executor> executor() {
        return Optional.ofNullable(executor);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallbackThreads that && name.equals(that.name) && executor == that.executor;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, System.identityHashCode(executor));
    }

    @Override
    public String toString() {
        return "CallbackThreads[" + name
                + (executor == null ? "" : " " + executor.getClass().getName()) + "]";
    }
}
