package com.scaleoutsystems.edge.client.internal.task;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tasks whose ends the combiner knows, in the order in which it was told: of each the id, the status, and how long its answer is. There
 * are thousands of them, so they lie in arrays and not in objects: a task whose id is a UUID takes about 70 bytes. Not thread-safe.
 */
final class ToldTasks {

    private static final int FEWEST_SLOTS = 16;

    /** A table that is fuller than this makes searches long. */
    private static final double FULL = 0.75;

    private static final int UUID_LENGTH = 36;
    private static final int UUID_BYTES = 1 + 2 * Long.BYTES;

    /** No text begins so in UTF-8. */
    private static final byte UUID_MARK = (byte) 0xFF;

    /** A slot for each task, by its number in the order modulo the length; null where there is none. */
    private byte[] @Nullable [] ids = new byte[FEWEST_SLOTS][];

    private int[] changes = new int[FEWEST_SLOTS];
    private byte[] statuses = new byte[FEWEST_SLOTS];
    private int[] answers = new int[FEWEST_SLOTS];

    /** Where tasks are found by their ids: a slot plus one, or zero; of two that want one place, the later one takes the next. */
    private int[] places = new int[FEWEST_SLOTS];

    private long first;
    private long next;

    /** No task before this one has an answer. */
    private long firstAnswer;

    private int size;
    private long answersInAll;

    int size() {
        return size;
    }

    /** How long all answers are together. */
    long answersInAll() {
        return answersInAll;
    }

    boolean contains(String id) {
        return find(bytes(id)) >= 0;
    }

    /** The status with which a task ended, as it was given. */
    Optional<Byte> status(String id) {
        int place = find(bytes(id));
        return place < 0 ? Optional.empty() : Optional.of(statuses[places[place] - 1]);
    }

    /** Whether a task is here whose answer is not forgotten. */
    boolean hasAnswer(String id) {
        int place = find(bytes(id));
        return place >= 0 && answers[places[place] - 1] > 0;
    }

    /**
     * Adds a task that is not here.
     *
     * @param change the number of its last change
     * @param answer the length of its answer
     */
    void add(String id, int change, byte status, int answer) {
        if (next - first >= ids.length * FULL) {
            rebuild();
        }
        add(bytes(id), change, status, answer);
    }

    private void add(byte[] id, int change, byte status, int answer) {
        int slot = slot(next++);
        ids[slot] = id;
        changes[slot] = change;
        statuses[slot] = status;
        answers[slot] = answer;
        answersInAll += answer;
        size++;
        int place = home(id);
        while (places[place] != 0) {
            place = after(place);
        }
        places[place] = slot + 1;
    }

    /** Removes a task; whether it was here. */
    boolean remove(String id) {
        int place = find(bytes(id));
        if (place < 0) {
            return false;
        }
        int slot = places[place] - 1;
        ids[slot] = null;
        answersInAll -= answers[slot];
        size--;
        close(place);
        return true;
    }

    /** Moves those that found their places taken back, so that no search ends too early. */
    private void close(int gap) {
        int free = gap;
        for (int place = after(gap); places[place] != 0; place = after(place)) {
            int home = home(idAt(places[place] - 1));
            boolean mayMove = free <= place ? home <= free || home > place : home <= free && home > place;
            if (mayMove) {
                places[free] = places[place];
                free = place;
            }
        }
        places[free] = 0;
    }

    /** The task that came first. */
    String oldest() {
        while (ids[slot(first)] == null) {
            first++;
        }
        return text(slot(first));
    }

    /** A task whose answer is forgotten. */
    record Answered(String id, int change, byte status) {}

    /** Forgets the answer that came first; there is one. */
    Answered forgetOldestAnswer() {
        firstAnswer = Math.max(first, firstAnswer);
        while (ids[slot(firstAnswer)] == null || answers[slot(firstAnswer)] == 0) {
            firstAnswer++;
        }
        int slot = slot(firstAnswer);
        answersInAll -= answers[slot];
        answers[slot] = 0;
        return new Answered(text(slot), changes[slot], statuses[slot]);
    }

    private void rebuild() {
        ToldTasks old = new ToldTasks();
        old.ids = ids;
        old.changes = changes;
        old.statuses = statuses;
        old.answers = answers;
        int slots = size >= ids.length * FULL / 2 ? 2 * ids.length : ids.length;
        ids = new byte[slots][];
        changes = new int[slots];
        statuses = new byte[slots];
        answers = new int[slots];
        places = new int[slots];
        long from = first;
        long to = next;
        first = 0;
        next = 0;
        firstAnswer = 0;
        size = 0;
        answersInAll = 0;
        for (long number = from; number < to; number++) {
            int slot = old.slot(number);
            byte[] id = old.ids[slot];
            if (id != null) {
                add(id, old.changes[slot], old.statuses[slot], old.answers[slot]);
            }
        }
    }

    private int slot(long number) {
        return (int) (number & (ids.length - 1));
    }

    private int find(byte[] id) {
        int place = home(id);
        while (places[place] != 0) {
            if (Arrays.equals(ids[places[place] - 1], id)) {
                return place;
            }
            place = after(place);
        }
        return -1;
    }

    private int home(byte[] id) {
        int hash = Arrays.hashCode(id) * 0x9E3779B9;
        return (hash ^ (hash >>> 16)) & (places.length - 1);
    }

    private int after(int place) {
        return (place + 1) & (places.length - 1);
    }

    private byte[] idAt(int slot) {
        byte[] id = ids[slot];
        return id == null ? new byte[0] : id;
    }

    private String text(int slot) {
        byte[] id = idAt(slot);
        if (id.length == UUID_BYTES && id[0] == UUID_MARK) {
            ByteBuffer uuid = ByteBuffer.wrap(id, 1, UUID_BYTES - 1);
            return new UUID(uuid.getLong(), uuid.getLong()).toString();
        }
        return new String(id, StandardCharsets.UTF_8);
    }

    /** The usual id is a UUID, which needs half as many bytes as its text. */
    private static byte[] bytes(String id) {
        if (id.length() == UUID_LENGTH && id.charAt(8) == '-') {
            try {
                UUID uuid = UUID.fromString(id);
                if (uuid.toString().equals(id)) {
                    return ByteBuffer.allocate(UUID_BYTES)
                            .put(UUID_MARK)
                            .putLong(uuid.getMostSignificantBits())
                            .putLong(uuid.getLeastSignificantBits())
                            .array();
                }
            } catch (IllegalArgumentException noUuid) {
                return id.getBytes(StandardCharsets.UTF_8);
            }
        }
        return id.getBytes(StandardCharsets.UTF_8);
    }
}
