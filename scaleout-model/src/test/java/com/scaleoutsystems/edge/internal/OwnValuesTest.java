package com.scaleoutsystems.edge.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnValuesTest {

    @Test
    void whatTheProgramChangesAfterwardsDoesNotReachTheCopy() {
        List<Object> list = new ArrayList<>(List.of(1));
        Map<String, Object> map = new HashMap<>(Map.of("list", list));
        Set<Object> set = new LinkedHashSet<>(List.of("b", "a"));
        Collection<Object> queue = new ArrayDeque<>(List.of(2));
        float[] numbers = {1};
        Object[] mixed = {new ArrayList<>(List.of(3)), null};
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("map", map);
        given.put("set", set);
        given.put("queue", queue);
        given.put("numbers", numbers);
        given.put("mixed", mixed);
        given.put("none", null);

        Map<String, Object> copy = OwnValues.copyOf(given);
        list.add(9);
        map.put("more", 9);
        set.add("c");
        queue.add(9);
        numbers[0] = 9;
        ((List<?>) mixed[0]).clear();
        given.clear();

        assertThat(copy.keySet()).containsExactly("map", "set", "queue", "numbers", "mixed", "none");
        assertThat(copy)
                .containsEntry("map", Map.of("list", List.of(1)))
                .containsEntry("set", Set.of("a", "b"))
                .containsEntry("queue", List.of(2))
                .containsEntry("none", null);
        assertThat((float[]) copy.get("numbers")).containsExactly(1);
        assertThat((Object[]) copy.get("mixed")).containsExactly(List.of(3), null);
    }

    @Test
    void nothingInTheCopyCanBeChanged() {
        Map<String, Object> copy = OwnValues.copyOf(Map.of("list", new ArrayList<>(List.of(new HashMap<>()))));

        assertThatThrownBy(() -> copy.put("more", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(copy.get("list"))
                .isInstanceOfSatisfying(
                        List.class,
                        list -> assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class))
                .isInstanceOfSatisfying(
                        List.class,
                        list -> assertThatThrownBy(() -> ((Map<?, ?>) list.get(0)).remove("more"))
                                .isInstanceOf(UnsupportedOperationException.class));
    }

    /** Such a value is refused when it is written as JSON, and must not end the program before. */
    @Test
    void aValueThatContainsItselfTwiceOrIsNestedWithoutMeasureIsCopied() {
        Map<String, Object> endless = new LinkedHashMap<>();
        endless.put("one", List.of(endless, endless));
        endless.put("two", List.of(endless, endless));
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            List<Object> around = new ArrayList<>();
            around.add(deep);
            deep = around;
        }

        Map<String, Object> copy = OwnValues.copyOf(endless);

        assertThat(((List<?>) copy.get("two")).get(1)).isSameAs(copy);
        assertThat(OwnValues.copyOf(Map.of("deep", deep))).containsOnlyKeys("deep");
    }

    @Test
    void anArrayThatTakesNoOtherClassKeepsItsElements() {
        ArrayList<?>[] lists = {new ArrayList<>(List.of(1))};

        assertThat((Object[]) OwnValues.copyOf(Map.of("lists", lists)).get("lists"))
                .containsExactly(List.of(1));
    }
}
