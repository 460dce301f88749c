package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the clients of one state directory keep of the models that came before. */
class StoredModelCacheTest {

    private static final int MODEL_BYTES = 80 << 10;
    private static final List<String> CLIENTS =
            IntStream.range(0, 10).mapToObj(i -> "client-" + i).toList();

    @TempDir
    Path folder;

    private StoredModelCache open() {
        return StoredModelCache.open(folder, StoredModelCache.defaults());
    }

    private static ScaleoutModel model(String id) {
        return ScaleoutModel.builder()
                .modelId(id)
                .trainingModel(ModelParameters.of(Tensor.ofBytes(new byte[MODEL_BYTES])))
                .build();
    }

    private static void keep(StoredModelCache cache, String id) {
        try (ScaleoutModel model = model(id)) {
            cache.keep(model, true);
        }
    }

    private static boolean find(StoredModelCache cache, String id) {
        return cache.find(id)
                .map(model -> {
                    model.close();
                    return true;
                })
                .orElse(false);
    }

    private long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void roundsOfTenClientsKeepLittle() throws IOException {
        assertKeepsLittle(50);
    }

    @Test
    @Tag("nightly")
    void aThousandRoundsOfTenClientsKeepLittle() throws IOException {
        assertKeepsLittle(1_000);
    }

    private void assertKeepsLittle(int rounds) throws IOException {
        try (StoredModelCache cache = open()) {
            for (int round = 0; round < rounds; round++) {
                String id = "round-" + round;
                for (String client : CLIENTS) {
                    assertThat(find(cache, id)).isEqualTo(!client.equals(CLIENTS.get(0)));
                    keep(cache, id);
                }
            }
            assertThat(bytes()).isBetween((long) MODEL_BYTES, 20L << 20);
            assertThat(find(cache, "round-" + (rounds - 1))).isTrue();
            assertThat(find(cache, "round-0")).isFalse();
        }
    }

    @Test
    void stagedModelsMakeNoRoomForOthersEvenIfTheyCameBeforeTheyWereStaged() throws IOException {
        try (StoredModelCache cache = open()) {
            keep(cache, "before");
            cache.staged("before", "one");
            cache.staged("after", "one");
            keep(cache, "after");
            for (int i = 0; i < 20; i++) {
                keep(cache, "m" + i);
            }
            assertThat(files()).isEqualTo(2 + 8);
        }
        try (StoredModelCache cache = open()) {
            assertThat(find(cache, "before")).isTrue();
            assertThat(find(cache, "after")).isTrue();
        }
    }

    @Test
    void aStagedModelStaysUntilTheLastIdentityNeedsItNoLonger() throws IOException {
        try (StoredModelCache cache = open()) {
            CLIENTS.subList(0, 2).forEach(client -> {
                cache.staged("m", client);
                keep(cache, "m");
            });
            assertThat(files()).isEqualTo(1);

            cache.unstaged("m", CLIENTS.get(0));
            cache.forget("m");
            assertThat(cache.has("m")).isTrue();

            cache.unstaged("m", CLIENTS.get(1));
            cache.forget("m");
            assertThat(files()).isZero();
        }
    }
}
