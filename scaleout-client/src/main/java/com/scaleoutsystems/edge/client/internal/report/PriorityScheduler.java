package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.PriorityClass.Demotion;
import com.scaleoutsystems.edge.client.record.SendOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which record the client sends next: of all classes that have waiting records, it takes the one of the highest priority,
 * and from this class the oldest or the newest record. It follows the reference client's queue step by step. There is one difference:
 * records go by several routes, and the scheduler chooses a record for each route separately. It gets the time from its caller and
 * does nothing on its own. One thread at a time uses it.
 */
final class PriorityScheduler<R extends Scheduled> {

    /** The scheduler follows at most this number of demotions, because they may form a circle. */
    private static final int DEMOTION_PASSES = 5;

    private final Map<String, ClassQueue<R>> classes = new LinkedHashMap<>();
    private final ClassQueue<R> defaultClass;
    private List<ClassQueue<R>> queues = List.of();
    private final Set<R> inFlight = new LinkedHashSet<>();
    private final BiConsumer<R, DropReason> dropped;

    /**
     * A scheduler with nothing to send.
     *
     * @param rules the classes besides the default one
     * @param dropped receives dropped records, after they have left the scheduler
     * @throws EdgeException ALREADY_EXISTS if two classes have the same name
     */
    PriorityScheduler(List<PriorityClass> rules, BiConsumer<R, DropReason> dropped) {
        this.dropped = dropped;
        this.defaultClass = new ClassQueue<>(PriorityClass.of(PriorityClass.DEFAULT, 0));
        rules.forEach(this::addClass);
        listQueues();
    }

    private void listQueues() {
        List<ClassQueue<R>> all = new ArrayList<>(classes.values());
        all.add(defaultClass);
        queues = List.copyOf(all);
    }

    // Classes.

    /** The classes but the default one, in the order they were added. */
    List<PriorityClass> classes() {
        return classes.values().stream().map(ClassQueue::rules).toList();
    }

    /** Adds a class. */
    void addClass(PriorityClass rules) {
        if (rules.name().equals(PriorityClass.DEFAULT)) {
            throw new EdgeException(
                    ErrorCode.ALREADY_EXISTS, "the class " + PriorityClass.DEFAULT + " is always there");
        }
        if (classes.containsKey(rules.name())) {
            throw new EdgeException(ErrorCode.ALREADY_EXISTS, "there is a priority class " + rules.name() + " already");
        }
        classes.put(rules.name(), new ClassQueue<>(rules));
        listQueues();
    }

    /** Gives a class other rules; what waits in it stays. */
    void replaceClass(PriorityClass rules) {
        changeable(rules.name()).rules(rules);
    }

    /**
     * Removes a class.
     *
     * @param force whether what waits in it may move to the default class
     * @return how many records moved
     */
    int removeClass(String name, boolean force) {
        ClassQueue<R> queue = changeable(name);
        int total = queue.waiting() + queue.inFlight();
        if (total > 0 && !force) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the priority class " + name + " holds " + total
                            + " records; merge it into the default class to move them there");
        }
        for (R record : queue.all()) {
            queue.remove(record);
            defaultClass.add(record);
        }
        for (R record : inFlight) {
            if (record.priorityClass().equals(name)) {
                queue.removeInFlight(record);
                defaultClass.addInFlight(record);
            }
        }
        classes.remove(name);
        listQueues();
        return total;
    }

    private ClassQueue<R> changeable(String name) {
        if (name.equals(PriorityClass.DEFAULT)) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the class " + PriorityClass.DEFAULT + " can neither be changed nor removed");
        }
        ClassQueue<R> queue = classes.get(name);
        if (queue == null) {
            throw new EdgeException(
                    ErrorCode.NOT_FOUND, "there is no priority class " + name + "; there are " + classes.keySet());
        }
        return queue;
    }

    private ClassQueue<R> queueOf(String name) {
        return classes.getOrDefault(name, defaultClass);
    }

    // Records.

    /** Whether a class has room for one more record of this size without dropping another one. */
    boolean hasRoom(String priorityClass, long bytes) {
        ClassQueue<R> queue = queueOf(priorityClass);
        return queue.waiting() + queue.inFlight() < queue.rules().maxRecords()
                && queue.bytes() + bytes <= queue.rules().maxBytes();
    }

    /** The rules that a record of a class follows. */
    PriorityClass rulesOf(String priorityClass) {
        return queueOf(priorityClass).rules();
    }

    /** Whether the records of a class are sent in the order in which they came. */
    boolean keepsOrder(String priorityClass) {
        return rulesOf(priorityClass).order() == SendOrder.OLDEST_FIRST;
    }

    /** Takes a record in, whatever the bounds of its class. */
    void append(R record) {
        queueOf(record.priorityClass()).add(record);
    }

    /** Takes in a record that is in flight before it has ever waited. */
    void appendInFlight(R record) {
        queueOf(record.priorityClass()).addInFlight(record);
        inFlight.add(record);
    }

    /**
     * Drops what has waited longest in a class and may be dropped.
     *
     * @return whether there was something
     */
    boolean dropOldest(String priorityClass) {
        ClassQueue<R> queue = queueOf(priorityClass);
        R oldest = queue.oldestDisplaceable();
        if (oldest == null) {
            return false;
        }
        drop(queue, oldest, DropReason.DISPLACED);
        return true;
    }

    private void drop(ClassQueue<R> queue, R record, DropReason reason) {
        queue.remove(record);
        dropped.accept(record, reason);
    }

    /** Hands out the next record of a route. */
    @Nullable
    R next(int route, long now) {
        expire(now);
        ClassQueue<R> best = null;
        for (ClassQueue<R> queue : queues) {
            boolean higher =
                    best == null || queue.rules().priority() > best.rules().priority();
            if (higher && queue.head(route) != null) {
                best = queue;
            }
        }
        return best == null ? null : handOut(best, best.head(route));
    }

    /** Hands out the record of a route that has waited longest, whatever its class. */
    @Nullable
    R nextOldest(int route, long now) {
        expire(now);
        ClassQueue<R> best = null;
        R oldest = null;
        for (ClassQueue<R> queue : queues) {
            R candidate = queue.oldest(route);
            if (candidate != null && (oldest == null || Scheduled.compare(candidate, oldest) < 0)) {
                best = queue;
                oldest = candidate;
            }
        }
        return best == null ? null : handOut(best, oldest);
    }

    /** Hands out the next record of a route that is in this class. */
    @Nullable
    R nextOf(String priorityClass, int route, long now) {
        expire(now);
        ClassQueue<R> queue = classes.get(priorityClass);
        return queue == null ? null : handOut(queue, queue.head(route));
    }

    /** How many records of this class wait or are in flight. */
    int count(String priorityClass) {
        ClassQueue<R> queue = classes.get(priorityClass);
        return queue == null ? 0 : queue.waiting() + queue.inFlight();
    }

    private @Nullable R handOut(ClassQueue<R> queue, @Nullable R record) {
        if (record != null) {
            queue.remove(record);
            queue.addInFlight(record);
            inFlight.add(record);
        }
        return record;
    }

    /** Drops what has become too old, and moves on what has become old. */
    void expire(long now) {
        boolean moved = true;
        for (int pass = 0; pass < DEMOTION_PASSES && moved; pass++) {
            moved = false;
            for (ClassQueue<R> queue : queues) {
                dropExpired(queue, now);
                moved |= demote(queue, now);
            }
        }
    }

    private void dropExpired(ClassQueue<R> queue, long now) {
        long maxAge = nanos(queue.rules().maxAge());
        R oldest = queue.oldest();
        while (oldest != null && now - oldest.since() > maxAge) {
            drop(queue, oldest, DropReason.EXPIRED);
            oldest = queue.oldest();
        }
    }

    private boolean demote(ClassQueue<R> queue, long now) {
        if (queue.waiting() == 0 || queue.rules().demotion().isEmpty()) {
            return false;
        }
        Demotion demotion = queue.rules().demotion().get();
        long age = nanos(demotion.age());
        ClassQueue<R> target = queueOf(demotion.to());
        boolean moved = false;
        for (int route : List.copyOf(queue.routes())) {
            R head = queue.head(route);
            while (head != null && now - head.since() > age && target != queue) {
                queue.remove(head);
                target.add(head);
                moved = true;
                head = queue.head(route);
            }
        }
        return moved;
    }

    /** How old records of a class may become, in nanoseconds. */
    long maxAge(String priorityClass) {
        return nanos(rulesOf(priorityClass).maxAge());
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException longerThanAnybodyWaits) {
            return Long.MAX_VALUE;
        }
    }

    /** A record that was handed out is on its way. */
    void sent(R record, long now) {
        if (inFlight.contains(record)) {
            record.sentAt(now);
        }
    }

    /** A record that was handed out is settled, or one that waits is taken back. */
    void remove(R record) {
        ClassQueue<R> queue = queueOf(record.priorityClass());
        if (inFlight.remove(record)) {
            queue.removeInFlight(record);
        } else {
            queue.remove(record);
        }
    }

    /** A record that was handed out comes back to its place. */
    void comeBack(R record) {
        if (inFlight.remove(record)) {
            ClassQueue<R> queue = queueOf(record.priorityClass());
            queue.removeInFlight(record);
            record.sentAt(Long.MAX_VALUE);
            queue.add(record);
        }
    }

    // Looking in.

    /** All that waits or was handed out. */
    List<R> records() {
        List<R> all = new ArrayList<>(inFlight);
        queues.forEach(queue -> all.addAll(queue.all()));
        return all;
    }

    /** All that was handed out. */
    Collection<R> inFlight() {
        return Collections.unmodifiableSet(inFlight);
    }

    /** How old the oldest is that waits, in nanoseconds; negative if nothing does. */
    long oldestAge(long now) {
        long oldest = -1;
        for (ClassQueue<R> queue : queues) {
            R first = queue.oldest();
            if (first != null) {
                oldest = Math.max(oldest, now - first.since());
            }
        }
        return oldest;
    }

    /** The classes with all that is in them, the default one last. */
    List<ClassQueue<R>> queues() {
        return queues;
    }
}
