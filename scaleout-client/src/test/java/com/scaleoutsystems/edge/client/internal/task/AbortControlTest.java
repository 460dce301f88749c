package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.simulation.LogLines;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import com.scaleoutsystems.edge.client.task.AbortReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortControlTest {

    private static final class Unreadable extends Error {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("this error has no message");
        }
    }

    @Test
    void anActionThatFailsIsLoggedAndTheOthersRun() {
        AbortControl abort = new AbortControl(
                Runnable::run, new FewLines(new VirtualEnv(1, Duration.ZERO), Loggers.of(Loggers.TASK)));
        List<String> ran = new ArrayList<>();
        abort.onAbort(() -> {
            throw new Unreadable();
        });
        abort.onAbort(() -> ran.add("the other"));
        try (LogLines log = new LogLines()) {
            abort.abort(AbortReason.SERVER_REQUEST);

            assertThat(log.with("Unreadable")).isNotEmpty();
        }

        assertThat(ran).containsExactly("the other");
        assertThat(abort.reason()).contains(AbortReason.SERVER_REQUEST);
    }
}
