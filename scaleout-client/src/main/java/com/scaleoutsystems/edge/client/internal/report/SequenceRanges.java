package com.scaleoutsystems.edge.client.internal.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of sequence numbers that mostly follow one another: as large as it has gaps. */
final class SequenceRanges {

    /** The first number of each run, and its last. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    boolean isEmpty() {
        return runs.isEmpty();
    }

    void add(long number) {
        Map.Entry<Long, Long> before = runs.floorEntry(number);
        if (before != null && before.getValue() >= number) {
            return;
        }
        long first = before != null && before.getValue() == number - 1 ? before.getKey() : number;
        Long end = runs.remove(number + 1);
        runs.put(first, end == null ? number : end);
    }

    /** Takes the lowest numbers out. */
    List<Long> take(int most) {
        List<Long> taken = new ArrayList<>();
        while (taken.size() < most && !runs.isEmpty()) {
            Map.Entry<Long, Long> run = runs.pollFirstEntry();
            long next = run.getKey();
            for (; next <= run.getValue() && taken.size() < most; next++) {
                taken.add(next);
            }
            if (next <= run.getValue()) {
                runs.put(next, run.getValue());
            }
        }
        return taken;
    }
}
