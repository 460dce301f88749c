package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.client.simulation.world.FleetModel.Arrivals;
import com.scaleoutsystems.edge.client.simulation.world.FleetModel.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of the tables of docs/scaling.md; the page has the command that prints them. */
final class FleetReport {

    private static final long SEED = 42;
    private static final Duration ROUND_TRIP = Duration.ofMillis(50);
    private static final List<Integer> FLEETS = List.of(1, 1_000, 1_000_000);
    private static final List<Duration> OUTAGES =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10));
    private static final int MILLION = 1_000_000;

    private FleetReport() {}

    /** The rows of all tables. */
    static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (int clients : FLEETS) {
            Arrivals calls = new FleetModel(clients, ROUND_TRIP, SEED).idleMinute();
            double seconds = 60;
            rows.add(row(
                    number(clients),
                    rate(calls.all() / seconds),
                    number(calls.most()),
                    rate(clients * FleetModel.BACKLOG_REPORTS / seconds),
                    rate(clients * FleetModel.RECORDS / seconds)));
        }
        for (Duration away : OUTAGES) {
            for (Waits waits : Waits.values()) {
                Arrivals back = new FleetModel(MILLION, ROUND_TRIP, SEED).comeBack(away, waits);
                rows.add(row(
                        away.toSeconds() + " s",
                        name(waits),
                        number(back.most()),
                        seconds(back.until(0.5)),
                        seconds(back.until(0.99))));
            }
        }
        FleetModel fleet = new FleetModel(MILLION, ROUND_TRIP, SEED);
        for (Duration away : List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(24))) {
            for (int rate : List.of(500_000, 1_000_000)) {
                rows.add(row(
                        away.toMinutes() + " min",
                        number(rate),
                        number(FleetModel.RECORDS * away.toMinutes() * MILLION),
                        fleet.drain(away, rate)
                                .map(time -> time.toMinutes() + " min")
                                .orElse("never")));
            }
        }
        return rows;
    }

    private static String name(Waits waits) {
        return switch (waits) {
            case JITTER -> "growing, with jitter (this client)";
            case NO_JITTER -> "growing, without jitter";
            case FIXED -> "the usual interval";
        };
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String rate(double perSecond) {
        return perSecond < 10
                ? String.format(Locale.ROOT, "%.2f", perSecond)
                : String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
}
