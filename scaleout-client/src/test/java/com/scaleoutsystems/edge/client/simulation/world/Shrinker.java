package com.scaleoutsystems.edge.client.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds few faults that still make a day fail, by delta debugging: leaves out half of them, then quarters, and in the end each one. */
final class Shrinker {

    private Shrinker() {}

    /**
     * As few of the elements as still fail: without any one of them, the rest does not fail.
     *
     * @param all elements that fail together
     */
    static <T> List<T> fewest(List<T> all, Predicate<List<T>> fails) {
        List<T> rest = all;
        int parts = 2;
        while (!rest.isEmpty()) {
            List<T> smaller = withoutOnePart(rest, Math.min(parts, rest.size()), fails);
            if (smaller.size() < rest.size()) {
                rest = smaller;
                parts = Math.max(2, parts - 1);
            } else if (parts >= rest.size()) {
                break;
            } else {
                parts = Math.min(rest.size(), parts * 2);
            }
        }
        return rest;
    }

    private static <T> List<T> withoutOnePart(List<T> all, int parts, Predicate<List<T>> fails) {
        for (int part = 0; part < parts; part++) {
            int from = part * all.size() / parts;
            int to = (part + 1) * all.size() / parts;
            List<T> others = new ArrayList<>(all.subList(0, from));
            others.addAll(all.subList(to, all.size()));
            if (fails.test(others)) {
                return others;
            }
        }
        return all;
    }
}
