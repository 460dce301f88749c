package com.scaleoutsystems.edge.client.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.scaleoutsystems.edge.client.simulation.world.FleetModel.Arrivals;
import com.scaleoutsystems.edge.client.simulation.world.FleetModel.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The model of a fleet does what simulated clients do, and docs/scaling.md shows what it gives. */
@Tag("once")
class FleetModelTest {

    private static final Path PAGE = Path.of("../docs/scaling.md");
    private static final int CLIENTS = 300;
    private static final Duration LOST_AT = Duration.ofMinutes(3);

    @Test
    void clientsOfTheModelComeBackWhenSimulatedClientsDo() {
        Duration away = Duration.ofMinutes(1);
        Fault outage = new Fault(Fault.Kind.AWAY, LOST_AT, away, 1);
        long[] real = new long[CLIENTS];
        QuietLogs.during(() -> {
            for (int client = 0; client < CLIENTS; client++) {
                real[client] =
                        SimulatedDay.reconnect(client, List.of(outage), LOST_AT).orElse(0) - away.toNanos();
            }
        });
        long[] sorted = IntStream.range(0, CLIENTS)
                .mapToLong(client -> real[client])
                .filter(nanos -> nanos >= 0)
                .sorted()
                .toArray();

        Arrivals model = new FleetModel(20_000, Duration.ofMillis(50), 42).comeBack(away, Waits.JITTER);

        System.out.printf(
                "simulated: half back after %.2f s, 90 %% after %.2f s; model: %s, %s%n",
                sorted[sorted.length / 2] / 1e9,
                sorted[sorted.length * 9 / 10] / 1e9,
                model.until(0.5),
                model.until(0.9));
        assertThat(sorted).hasSizeGreaterThan(CLIENTS * 9 / 10);
        assertThat(model.until(0.5).toMillis() / 1e3).isCloseTo(sorted[sorted.length / 2] / 1e9, within(0.4));
        assertThat(model.until(0.9).toMillis() / 1e3).isCloseTo(sorted[sorted.length * 9 / 10] / 1e9, within(0.8));
    }

    @Test
    void thePageShowsWhatTheModelGives() throws IOException {
        List<String> rows = FleetReport.rows();
        rows.forEach(System.out::println);

        assertThat(Files.readAllLines(PAGE)).containsSubsequence(rows);
    }
}
