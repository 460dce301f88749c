package com.scaleoutsystems.edge.client.internal.report;

/** Something that waits in a {@link PriorityScheduler}, or was handed out by it. */
abstract class Scheduled {

    private long since;
    private String priorityClass;
    private long sentAt = Long.MAX_VALUE;

    /** Whether it may be dropped for newer ones. */
    boolean isDisplaceable() {
        return true;
    }

    /**
     * Something new.
     *
     * @param priorityClass the class it belongs to, whether that is there or not
     * @param since when it came, in nanoseconds of the clock that the scheduler is asked by
     */
    Scheduled(String priorityClass, long since) {
        this.priorityClass = priorityClass;
        this.since = since;
    }

    /** Which way it goes: of those that go one way, one after the other is handed out. */
    abstract int routeNumber();

    /** How many bytes it takes. */
    abstract long bytes();

    /** The order of two that came at the same time. */
    abstract int compareInOrder(Scheduled other);

    final long since() {
        return since;
    }

    /** It counts as younger or older than it is. Not for what is in the scheduler, which goes by it. */
    final void since(long nanos) {
        since = nanos;
    }

    final String priorityClass() {
        return priorityClass;
    }

    final void priorityClass(String name) {
        priorityClass = name;
    }

    final long sentAt() {
        return sentAt;
    }

    final void sentAt(long time) {
        sentAt = time;
    }

    static int compare(Scheduled one, Scheduled other) {
        int byAge = Long.compare(one.since, other.since);
        return byAge != 0 ? byAge : one.compareInOrder(other);
    }
}
