package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinkEstimatorTest {

    static Stream<JsonNode> links() {
        return StreamSupport.stream(Vectors.part("queue/queue", "link_quality").spliterator(), false);
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    /** Hears of the connection, too, as the reference's estimator does. */
    private static final class ReferenceEstimator extends LinkEstimator {

        ReferenceEstimator() {
            super(0);
        }

        /** There is a connection again, or none is wanted. */
        void mended() {
            broken = false;
            judge();
        }
    }

    @ParameterizedTest
    @MethodSource("links")
    void everyStepGivesWhatTheReferenceGives(JsonNode link) {
        ReferenceEstimator estimator = new ReferenceEstimator();
        int number = 0;
        for (JsonNode step : link.get("steps")) {
            JsonNode event = step.get("event");
            long now = nanos(step.get("at").asDouble());
            switch (event.get(0).asText()) {
                case "rtt" -> estimator.answered(nanos(event.get(1).asDouble() / 1e3), now);
                case "fail" -> estimator.failed(now);
                case "channel" -> {
                    switch (event.get(1).asText()) {
                        case "TRANSIENT_FAILURE" -> estimator.broke();
                        case "READY", "IDLE" -> estimator.mended();
                        default -> {
                            // Others say nothing about the link.
                        }
                    }
                }
                default -> throw new AssertionError(event);
            }
            String what = link.get("id").asText() + " step " + number++;
            assertThat(estimator.quality().name().toLowerCase(Locale.ROOT))
                    .as(what)
                    .isEqualTo(step.get("quality").asText());
            OptionalLong median = step.get("median").isNull()
                    ? OptionalLong.empty()
                    : OptionalLong.of(nanos(step.get("median").asDouble() / 1e3));
            assertThat(estimator.median()).as(what).isEqualTo(median);
        }
        assertThat(number).isPositive();
    }

    @Test
    void theLimitsAreThoseOfTheReference() {
        JsonNode limits = Vectors.part("queue/queue", "link_quality_constants");
        long slow = nanos(limits.get("degraded_ms").asDouble() / 1e3);
        long quick = nanos(limits.get("healthy_ms").asDouble() / 1e3);
        long gap = nanos(limits.get("max_gap_s").asDouble());
        assertThat(ReportingSettings.defaults().heartbeatInterval())
                .isEqualTo(Duration.ofNanos(nanos(limits.get("interval_s").asDouble())));
        LinkEstimator estimator = new LinkEstimator(0);

        // The first answer has no median.
        estimator.answered(slow + 1, 0);
        assertThat(beatsUntil(estimator, slow, LinkQuality.DEGRADED, 100))
                .as("on the limit")
                .isEqualTo(100);
        // Half the window and one are slower than the limit when the middle of it is.
        int slower = limits.get("window").asInt() / 2;
        assertThat(beatsUntil(estimator, slow + 2, LinkQuality.DEGRADED, 100))
                .isEqualTo(slower - 1 + limits.get("confirm_degraded").asInt());
        assertThat(beatsUntil(estimator, quick, LinkQuality.HEALTHY, 100))
                .as("on the limit")
                .isEqualTo(100);
        assertThat(beatsUntil(estimator, quick - 1, LinkQuality.HEALTHY, 100))
                .isEqualTo(slower - 1 + limits.get("confirm_healthy").asInt());
        estimator.failed(gap - 1);
        assertThat(estimator.quality()).isEqualTo(LinkQuality.HEALTHY);
        estimator.failed(gap);
        assertThat(estimator.quality()).isEqualTo(LinkQuality.DEGRADED);
    }

    /** How many answers of this time it takes, or so many as are tried. */
    private static int beatsUntil(LinkEstimator estimator, long roundTrip, LinkQuality quality, int tried) {
        for (int beat = 0; beat < tried; beat++) {
            if (estimator.quality() == quality) {
                return beat;
            }
            estimator.answered(roundTrip, 0);
        }
        return tried;
    }

    @Test
    void aMinuteWithoutAnAnswerIsOfflineAndTheFirstAnswerEndsThat() {
        LinkEstimator estimator = new LinkEstimator(0);
        estimator.failed(Duration.ofSeconds(59).toNanos());
        assertThat(estimator.quality()).isEqualTo(LinkQuality.DEGRADED);
        estimator.failed(Duration.ofSeconds(60).toNanos());
        assertThat(estimator.quality()).isEqualTo(LinkQuality.OFFLINE);

        estimator.answered(1, Duration.ofSeconds(61).toNanos());
        assertThat(estimator.quality()).isEqualTo(LinkQuality.DEGRADED);
    }
}
