package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.wire.RefusedCalls.Subject;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In virtual time. */
class RefusedCallsTest {

    private static final Subject CALL = new Subject("SendStatus", "record-1");

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final RefusedCalls calls = new RefusedCalls(env);

    private void pass(Duration time) {
        boolean[] over = {false};
        env.schedule(time, () -> over[0] = true);
        env.runUntil(() -> over[0], time);
    }

    private boolean refusedAfter(Duration time) {
        pass(time);
        return calls.refused(CALL);
    }

    @Test
    void aCallThatIsRefusedForAnHourIsRefusedForGood() {
        assertThat(calls.refused(CALL)).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(30))).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(29))).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(1))).isTrue();
        assertThat(refusedAfter(Duration.ofMinutes(1))).isTrue();

        calls.accepted(CALL);
        assertThat(calls.refused(CALL)).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(59))).isFalse();
    }

    @Test
    void anOldRefusalDoesNotCount() {
        assertThat(calls.refused(CALL)).isFalse();
        assertThat(refusedAfter(Duration.ofHours(2))).isFalse();
        assertThat(refusedAfter(Duration.ofSeconds(1))).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(59))).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(1))).isTrue();
        assertThat(refusedAfter(Duration.ofHours(1))).isFalse();
    }

    /** Each record of a long queue is refused every minute, in turn, until it is given up. */
    @Test
    void theHourEndsForEachOfManyCalls() {
        List<Subject> queue = new ArrayList<>();
        for (int i = 0; i < RefusedCalls.MOST + 1_000; i++) {
            queue.add(new Subject("SendStatus", "record-" + i));
        }

        inTurnForAnHour(queue);
        assertThat(queue).hasSize(1_000);
        inTurnForAnHour(queue);
        assertThat(queue).isEmpty();
    }

    private void inTurnForAnHour(List<Subject> queue) {
        for (int minute = 0; minute <= 60; minute++) {
            queue.removeIf(calls::refused);
            pass(Duration.ofMinutes(1));
        }
    }

    @Test
    void whatIsRefusedNoLongerLeavesRoomForOthers() {
        for (int i = 0; i < RefusedCalls.MOST; i++) {
            calls.refused(new Subject("SendStatus", "record of yesterday " + i));
        }
        pass(Duration.ofDays(1));

        assertThat(calls.refused(CALL)).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(40))).isFalse();
        assertThat(refusedAfter(Duration.ofMinutes(20))).isTrue();
    }
}
