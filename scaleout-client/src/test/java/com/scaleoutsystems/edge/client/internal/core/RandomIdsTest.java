package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomIdsTest {

    @Test
    void idsAreRandomUuidsAndAllDifferentWhicheverThreadAsks() {
        RandomIds ids = new RandomIds();

        List<String> given = IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(any -> ids.next())
                .toList();

        assertThat(given).doesNotHaveDuplicates();
        assertThat(given).allSatisfy(id -> {
            UUID uuid = UUID.fromString(id);
            assertThat(uuid).hasToString(id);
            assertThat(uuid.version()).isEqualTo(4);
            assertThat(uuid.variant()).isEqualTo(2);
        });
    }
}
