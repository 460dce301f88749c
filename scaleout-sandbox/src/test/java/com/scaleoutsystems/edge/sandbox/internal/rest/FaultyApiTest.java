package com.scaleoutsystems.edge.sandbox.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.fault.Abilities;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Answer;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Request;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultyApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Faults faults =
            new Faults(FaultPlan.none(), Clock.systemUTC(), event -> {}, new Abilities(false, false, true));
    private final FaultyApi api = new FaultyApi(request -> new Answer(200, Map.of()), faults, timer);

    @AfterEach
    void close() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_ANSWER", "LOST_ANSWER"})
    void fewCallsWithoutAnAnswerAreOpenAndNoneAfterTheFaults(FaultKind kind) {
        faults.add(Fault.of(kind));
        List<Future<?>> calls = new ArrayList<>();
        for (int call = 0; call <= FaultyApi.MOST_UNANSWERED; call++) {
            calls.add(threads.submit(this::serve));
        }

        await().atMost(PATIENCE).until(() -> ended(calls) == 1);
        assertThat(faults.strikes()).isEqualTo(FaultyApi.MOST_UNANSWERED + 1);

        api.breakOff();
        await().atMost(PATIENCE).until(() -> ended(calls) == calls.size());
        assertThat(calls)
                .allSatisfy(call -> assertThat(call)
                        .failsWithin(PATIENCE)
                        .withThrowableThat()
                        .withCauseInstanceOf(IOException.class));
    }

    private static long ended(List<Future<?>> calls) {
        return calls.stream().filter(Future::isDone).count();
    }

    private Void serve() throws IOException {
        api.serve(new Request("GET", "/any", Map.of(), ""), answer -> {});
        return null;
    }
}
