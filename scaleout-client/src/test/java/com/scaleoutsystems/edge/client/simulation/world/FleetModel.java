package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What many clients ask of their servers, in virtual time. A client is reduced to the times of its calls: it has the real client's intervals,
 * and its waits come from {@link Backoff}. Clients share nothing but the servers, which answer at once. So one client after the other is
 * played, and only counts are kept: a million clients need little memory and some seconds. {@link FleetModelTest} compares the model with
 * simulations of the real client.
 */
public final class FleetModel {

    static final Duration POLLS = TaskSettings.defaults().pollInterval();
    static final Duration HEARTBEATS = ReportingSettings.defaults().heartbeatInterval();

    /** Reports of the backlog, and records of telemetry about the machine, a minute. */
    static final int BACKLOG_REPORTS = 2;

    static final int RECORDS = 24;

    /** How the real client waits before it looks for a combiner again that does not answer its heartbeats. */
    private static final RetryPolicy SEARCH = RetryPolicy.defaults()
            .withFirstDelay(Duration.ofSeconds(1))
            .withMultiplier(1.5)
            .withMaxDelay(Duration.ofMillis(9_500));

    /** How it waits before it polls again. */
    private static final RetryPolicy POLL_AGAIN = RetryPolicy.defaults()
            .withFirstDelay(Duration.ofMillis(500))
            .withMultiplier(1.5)
            .withMaxDelay(Duration.ofSeconds(16));

    /** Windows in which calls are counted. */
    static final Duration WINDOW = Duration.ofMillis(100);

    private final int clients;
    private final Duration roundTrip;
    private final SplittableRandom random;

    /**
     * A fleet.
     *
     * @param roundTrip the time from a call to its answer
     */
    FleetModel(int clients, Duration roundTrip, long seed) {
        this.clients = clients;
        this.roundTrip = roundTrip;
        this.random = new SplittableRandom(seed);
    }

    /** How clients that lost their combiner choose the time of the next call. */
    enum Waits {
        /** As the real client: at random, up to a growing limit. */
        JITTER,
        /** Always the limit: each client waits as long as all others that failed as often. */
        NO_JITTER,
        /** The interval, as if nothing had failed. */
        FIXED
    }

    /**
     * How many calls came in each window.
     *
     * @param counts of all windows from the first to the last one with a call
     */
    record Arrivals(int[] counts) {

        /** The most calls in one window. */
        int most() {
            return Arrays.stream(counts).max().orElse(0);
        }

        long all() {
            return Arrays.stream(counts).asLongStream().sum();
        }

        /** When so large a share of the calls had come. */
        Duration until(double share) {
            long wanted = (long) Math.ceil(all() * share);
            long come = 0;
            int window = 0;
            while (window < counts.length && come < wanted) {
                come += counts[window];
                window++;
            }
            return WINDOW.multipliedBy(window);
        }
    }

    /** The polls and heartbeats of a minute in which nothing happens. Clients began at different times. */
    Arrivals idleMinute() {
        long minute = Duration.ofMinutes(1).toNanos();
        int[] counts = new int[(int) (minute / WINDOW.toNanos())];
        long beats = HEARTBEATS.plus(roundTrip).toNanos();
        for (int client = 0; client < clients; client++) {
            for (long at = random.nextLong(POLLS.toNanos()); at < minute; at += POLLS.toNanos()) {
                counts[(int) (at / WINDOW.toNanos())]++;
            }
            for (long at = random.nextLong(beats); at < minute; at += beats) {
                counts[(int) (at / WINDOW.toNanos())]++;
            }
        }
        return new Arrivals(counts);
    }

    /**
     * The first calls that are answered after all clients lost their combiner at one moment; one for each client that had noticed.
     *
     * @param away how long no call is answered; each fails at once
     */
    Arrivals comeBack(Duration away, Waits waits) {
        int[] counts = new int[(int) (Duration.ofMinutes(1).toNanos() / WINDOW.toNanos())];
        long back = away.toNanos();
        for (int client = 0; client < clients; client++) {
            long beat = first(back, HEARTBEATS.plus(roundTrip), SEARCH, waits);
            long poll = first(back, POLLS, POLL_AGAIN, waits);
            if (beat >= 0 || poll >= 0) {
                counts[(int) (Math.min(beat < 0 ? poll : beat, poll < 0 ? beat : poll) / WINDOW.toNanos())]++;
            }
        }
        return new Arrivals(counts);
    }

    /** When the first call of a kind is answered, in nanoseconds since the combiner is back; negative if none has failed. */
    private long first(long back, Duration interval, RetryPolicy again, Waits waits) {
        long at = random.nextLong(interval.toNanos());
        int failures = 0;
        while (at < back) {
            failures++;
            at += roundTrip.toNanos() + wait(waits, interval, again, failures);
        }
        return failures == 0 ? -1 : at - back;
    }

    private long wait(Waits waits, Duration interval, RetryPolicy again, int failures) {
        return switch (waits) {
            case JITTER -> Backoff.delay(again, random, failures).toNanos();
            case NO_JITTER -> Backoff.delay(again, ALWAYS_THE_LIMIT, failures).toNanos();
            case FIXED -> interval.toNanos();
        };
    }

    /** Chance that has no part in it. */
    private static final RandomGenerator ALWAYS_THE_LIMIT = new RandomGenerator() {
        @Override
        public long nextLong() {
            return -1;
        }
    };

    /**
     * How long it takes until records that waited are gone, while new ones come.
     *
     * @param away how long nothing was sent
     * @param perSecond how many records all combiners together take in a second
     * @return empty where more records come than go
     */
    Optional<Duration> drain(Duration away, double perSecond) {
        double coming = clients * RECORDS / 60.0;
        double waiting = coming * away.toSeconds();
        return perSecond <= coming
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) (1e3 * waiting / (perSecond - coming))));
    }
}
