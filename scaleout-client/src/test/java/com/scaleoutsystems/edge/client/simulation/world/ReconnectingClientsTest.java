package com.scaleoutsystems.edge.client.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A combiner with 1,000 clients goes away at one moment. Each client lives in a world of its own, and the times of all are laid over each
 * other: they share nothing but the outage.
 */
@Tag("once")
class ReconnectingClientsTest {

    private static final int CLIENTS = 1_000;

    /** In no tenth of a second come more clients than this. */
    private static final int MOST = CLIENTS / 20;

    private static final Duration AWAY_AT = Duration.ofMinutes(3);

    /** The tenths of a second that are looked at begin at each hundredth of a second. */
    private static final long STEP = Duration.ofMillis(10).toNanos();

    private static final int STEPS = 10;

    @ParameterizedTest
    @CsvSource({
        // A restart, which only the clients notice that call meanwhile; a long absence; another combiner takes its
        // place.
        "AWAY, 100, 50",
        "AWAY, 60000, 950",
        "MOVE, 20000, 950"
    })
    void clientsComeBackOneAfterTheOther(Fault.Kind kind, long millis, int atLeast) {
        Fault outage = new Fault(kind, AWAY_AT, Duration.ofMillis(millis), 1);
        Map<Long, Integer> windows = new TreeMap<>();
        int[] back = {0};

        QuietLogs.during(() -> {
            for (int client = 0; client < CLIENTS; client++) {
                OptionalLong answer = SimulatedDay.reconnect(client, List.of(outage), AWAY_AT);
                answer.ifPresent(nanos -> {
                    back[0]++;
                    for (int i = 0; i < STEPS; i++) {
                        windows.merge(nanos / STEP - i, 1, Integer::sum);
                    }
                });
            }
        });

        int most = windows.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        System.out.printf(
                "%s for %d ms: %d clients come back, %d in 100 ms at the most%n", kind, millis, back[0], most);
        assertThat(back[0]).isGreaterThanOrEqualTo(atLeast);
        assertThat(most).as(windows::toString).isLessThanOrEqualTo(MOST);
    }
}
