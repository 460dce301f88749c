package com.scaleoutsystems.edge.sandbox.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewestTest {
    private final List<String> forgotten = new ArrayList<>();
    private final Newest<String> newest = new Newest<>(3, 100, forgotten::add);

    @Test
    void oldestGoesWhenThereAreTooMany() {
        List.of("a", "b", "c", "d").forEach(value -> newest.add(value, 1));
        assertThat(newest.all()).containsExactly("b", "c", "d");
        assertThat(forgotten).containsExactly("a");
    }

    @Test
    void oldestGoWhenTheyAreTooLarge() {
        newest.add("a", 40);
        newest.add("b", 40);
        newest.add("c", 70);
        assertThat(newest.all()).containsExactly("c");
        newest.add("d", 30);
        assertThat(newest.all()).containsExactly("c", "d");
        newest.add("e", 101);
        assertThat(newest.all()).isEmpty();
        assertThat(forgotten).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void roomIsThereAgainAfterClearing() {
        newest.add("a", 100);
        newest.clear();
        newest.add("b", 100);
        assertThat(newest.all()).containsExactly("b");
        assertThat(forgotten).isEmpty();
    }
}
