package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.wire.Failures;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the end of a call means for the record that it was to bring, code by code. */
class ErrorTableTest {

    private static final int ENDLESS = Integer.MAX_VALUE;

    /** How often a record is sent at the most. */
    private static final Map<Status.Code, Integer> ATTEMPTS = Map.ofEntries(
            Map.entry(Status.Code.UNAVAILABLE, ENDLESS),
            Map.entry(Status.Code.DEADLINE_EXCEEDED, ENDLESS),
            Map.entry(Status.Code.UNAUTHENTICATED, ENDLESS),
            Map.entry(Status.Code.RESOURCE_EXHAUSTED, ENDLESS),
            Map.entry(Status.Code.FAILED_PRECONDITION, 10),
            Map.entry(Status.Code.INTERNAL, 10),
            Map.entry(Status.Code.UNKNOWN, 10),
            Map.entry(Status.Code.ABORTED, 10),
            Map.entry(Status.Code.CANCELLED, 10),
            Map.entry(Status.Code.INVALID_ARGUMENT, 1),
            Map.entry(Status.Code.OUT_OF_RANGE, 1),
            Map.entry(Status.Code.NOT_FOUND, 1),
            Map.entry(Status.Code.ALREADY_EXISTS, 1),
            Map.entry(Status.Code.PERMISSION_DENIED, 1),
            Map.entry(Status.Code.UNIMPLEMENTED, 1),
            Map.entry(Status.Code.DATA_LOSS, 1));

    private static final int FAILURES = 11;

    @ParameterizedTest
    @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void aRecordIsTriedAsOftenAsTheTableSays(Status.Code code) {
        SimulatedClient client = new SimulatedClient(1, null, null);
        client.start();
        for (int i = 0; i < FAILURES; i++) {
            client.combiner.failNext("StatusLine[text=odd", Failures.of(code));
        }
        Delivery odd = client.runtime.log().sendStatus("odd");
        Delivery next = client.runtime.log().sendStatus("next");

        client.await(next.outcome());
        for (int hours = 0; hours < 10 && !odd.outcome().toCompletableFuture().isDone(); hours++) {
            client.runFor(Duration.ofHours(1));
        }

        int most = ATTEMPTS.get(code);
        Outcome outcome = odd.outcome().toCompletableFuture().join();
        assertThat(client.combiner.calls("send " + odd.id())).isEqualTo(Math.min(most, FAILURES + 1));
        assertThat(outcome.isDelivered()).isEqualTo(most == ENDLESS);
        if (outcome instanceof Outcome.Rejected rejected) {
            assertThat(rejected.error().attempts()).isEqualTo(most);
            assertThat(rejected.error()).hasMessageContaining(code.name());
        }
        assertThat(next.outcome().toCompletableFuture().join().isDelivered()).isTrue();
    }
}
