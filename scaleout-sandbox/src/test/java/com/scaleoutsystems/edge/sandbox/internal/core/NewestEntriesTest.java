package com.scaleoutsystems.edge.sandbox.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewestEntriesTest {
    private final NewestEntries<String, Integer> entries = new NewestEntries<>(2);

    @Test
    void entryThatWasNotUsedForLongestGoes() {
        entries.put("a", 1);
        entries.put("b", 2);
        entries.put("a", 3);
        entries.put("c", 4);

        assertThat(entries.get("b")).isEmpty();
        assertThat(entries.get("a")).contains(3);

        entries.put("d", 5);

        assertThat(entries.get("c")).isEmpty();
        assertThat(entries.remove("a")).contains(3);
        assertThat(entries.remove("a")).isEmpty();
        assertThat(entries.get("d")).contains(5);
    }
}
