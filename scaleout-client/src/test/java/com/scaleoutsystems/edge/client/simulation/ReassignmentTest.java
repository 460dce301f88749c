package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.internal.transport.MovedException;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A combiner that stays away, and an API that has another one. */
class ReassignmentTest {

    private static final GrpcConnectionOptions FIRST =
            GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT);
    private static final GrpcConnectionOptions SECOND =
            GrpcConnectionOptions.of("combiner", 2).withTls(TlsMode.PLAINTEXT);
    private static final EdgeException AWAY =
            new EdgeException(ErrorCode.UNAVAILABLE, "the API is away", null, true, 1);
    private static final Duration LIMIT = JoinSettings.REASSIGN_AFTER;

    private final Api api = new Api();
    private final List<ClientState> states = new ArrayList<>();
    private final List<EdgeException> errors = new ArrayList<>();
    private final List<String> trained = new ArrayList<>();
    private final SimulatedClient client = new SimulatedClient(
            URI.create("https://edge.test"),
            Credential.none(),
            JoinSettings.defaults(),
            api,
            List.of(new Heard()),
            callbacks());
    private final SimulatedCombiner first = client.combiner;
    private final SimulatedCombiner second = client.addCombiner(SECOND);

    /** Assigns the combiner that the test names. */
    private class Api implements EdgeApi {

        private ConnectToApiResult answer = new ConnectToApiResult.Assigned("client-1", FIRST);
        private final List<Duration> asked = new ArrayList<>();
        private CompletableFuture<Void> late = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<ConnectToApiResult> assign(
                ClientIdentity identity, Optional<String> preferredCombiner, Bearer bearer) {
            asked.add(now());
            return late.isDone() ? CompletableFuture.completedFuture(answer) : late.thenApply(nothing -> answer);
        }

        @Override
        public CompletionStage<Enrollment> enroll(String token, String name, Optional<String> clientId) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public void close() {}
    }

    private final class Heard implements EdgeClientListener {

        @Override
        public void stateChanged(ClientState from, ClientState to, String reason) {
            states.add(to);
        }

        @Override
        public void error(EdgeException error) {
            errors.add(error);
        }
    }

    private Callbacks callbacks() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            trained.add(task.request().correlationId());
            return TrainResult.of(model("update-of-" + task.request().correlationId(), 1), 1);
        });
        return callbacks;
    }

    private Duration now() {
        return Duration.ofNanos(client.env.nanos());
    }

    @BeforeEach
    void joined() {
        first.addModel("m", 0);
        second.addModel("m", 0);
        client.await(client.runtime.start());
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        client.runFor(Duration.ofSeconds(20));
    }

    private void assign(GrpcConnectionOptions combiner) {
        api.answer = new ConnectToApiResult.Assigned("client-1", combiner);
    }

    private static boolean isTold(SimulatedCombiner combiner, String task) {
        return combiner.doneReports().containsKey(task);
    }

    private static boolean isDelivered(Delivery record) {
        return record.outcome().toCompletableFuture().getNow(null) instanceof Outcome.Delivered;
    }

    @Test
    void aClientWhoseCombinerMovedGoesOnAtTheNewAddress() {
        Duration gone = now();
        first.goAway();
        assign(SECOND);
        second.deliver(train("t", "m"));
        Delivery record = client.runtime.log().logTelemetry("door", Map.of("open", 1));

        client.runUntil(() -> !trained.isEmpty());
        assertThat(now().minus(gone)).isBetween(LIMIT.minusSeconds(5), LIMIT.plusSeconds(10 + 7));
        client.runUntil(() -> isTold(second, "t") && isDelivered(record));

        assertThat(states).endsWith(ClientState.RECONNECTING, ClientState.REASSIGNING, ClientState.CONNECTED);
        assertThat(second.doneReports().get("t")).extracting(TaskReport::status).containsOnly("COMPLETED");
        assertThat(second.records(RecordBody.Telemetry.class)).hasSize(1);
        assertThat(second.calls("→ announce CONNECT")).isEqualTo(1);
        assertThat(first.log()).last().asString().contains("closed");
    }

    @Test
    void aTaskThatRunsGoesOnAndItsResultReachesTheNewCombiner() {
        first.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        first.goAway();
        assign(SECOND);

        client.runUntil(() -> isTold(second, "t"));

        assertThat(trained).containsExactly("t");
        assertThat(second.records(RecordBody.ModelUpdate.class))
                .extracting(RecordBody.ModelUpdate::correlationId)
                .containsExactly("t");
        assertThat(second.doneReports().get("t")).extracting(TaskReport::status).containsOnly("COMPLETED");
    }

    @Test
    void aPollThatHangsAtTheOldCombinerDelaysNothing() {
        Duration silent = now();
        first.fallSilent();
        assign(SECOND);
        second.deliver(train("t", "m"));

        client.runUntil(() -> !trained.isEmpty());

        assertThat(now().minus(silent)).isLessThan(LIMIT.plusSeconds(10 + 7));
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        errors.clear();
        client.runFor(Duration.ofMinutes(1));
        assertThat(states).endsWith(ClientState.REASSIGNING, ClientState.CONNECTED);
        assertThat(errors).isEmpty();
    }

    @Test
    void aCombinerThatIsBackBeforeTheLimitKeepsItsClient() {
        first.goAway();
        assign(SECOND);
        client.runFor(LIMIT.minusSeconds(5));
        first.comeBack();
        client.runFor(Duration.ofMinutes(5));

        assertThat(api.asked).hasSize(1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
        assertThat(states).doesNotContain(ClientState.REASSIGNING);
    }

    @Test
    void aTimerThatIsCancelledTooLateFindsACombinerThatAnswers() {
        client.env.cancelTooLate();
        for (int i = 0; i < 20; i++) {
            first.goAway();
            client.runFor(Duration.ofSeconds(8));
            first.comeBack();
            client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        }
        client.runFor(Duration.ofMinutes(2));

        assertThat(api.asked).hasSize(1);
        assertThat(states).doesNotContain(ClientState.REASSIGNING);
    }

    @Test
    void theOldCombinerKeepsItsClientIfItAnswersFirst() {
        first.goAway();
        api.answer = new ConnectToApiResult.Failed(AWAY);
        client.runUntil(() -> client.runtime.state() == ClientState.REASSIGNING);
        client.runFor(Duration.ofMinutes(2));
        assertThat(client.runtime.health().toCompletableFuture()).satisfies(health -> {
            client.await(health);
            assertThat(health.join().troubles()).singleElement().asString().contains("the API is away");
            assertThat(health.join().ready()).isFalse();
        });
        assertThat(errors).anyMatch(error -> String.valueOf(error.getMessage()).contains("the API is away"));

        first.comeBack();
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        int asked = api.asked.size();
        client.runFor(Duration.ofMinutes(5));

        assertThat(api.asked).hasSize(asked);
        assertThat(client.opened).containsExactly(FIRST.address());
    }

    @Test
    void aClientThatIsAssignedTheSameCombinerMovesAsSoonAsThereIsAnother() {
        first.goAway();
        client.runFor(Duration.ofMinutes(30));
        assertThat(client.runtime.state()).isEqualTo(ClientState.REASSIGNING);
        assertThat(client.opened).containsExactly(FIRST.address());

        Duration there = now();
        assign(SECOND);
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);

        assertThat(now().minus(there)).isLessThan(Duration.ofSeconds(10));
        assertThat(api.asked.size()).isLessThan(30 * 60 / 2);
    }

    @Test
    void aCombinerThatDoesNotAnswerEitherIsNotMovedTo() {
        first.goAway();
        second.goAway();
        assign(SECOND);
        client.runFor(Duration.ofMinutes(10));

        assertThat(client.runtime.state()).isEqualTo(ClientState.REASSIGNING);
        assertThat(second.calls("→ announce VERSION_CHECK")).isGreaterThan(10);
        assertThat(second.calls("→ poll")).isZero();
        long abandoned =
                second.log().stream().filter(line -> line.endsWith("closed")).count();
        assertThat(abandoned).isGreaterThanOrEqualTo(second.calls("→ announce VERSION_CHECK") - 1);

        first.comeBack();
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void aCombinerThatRefusesPollsButAnswersHeartbeatsIsLeft() {
        first.failAlways("poll", new EdgeException(ErrorCode.PERMISSION_DENIED, "unknown client"));
        assign(SECOND);
        second.deliver(train("t", "m"));

        client.runUntil(() -> isTold(second, "t"));
    }

    @Test
    void theApiIsAskedMoreRarelyIfTheCombinerLives() {
        first.failAlways("poll", new EdgeException(ErrorCode.PERMISSION_DENIED, "unknown client"));
        client.runFor(Duration.ofHours(1));
        int lives = api.asked.size();
        first.goAway();
        client.runFor(Duration.ofMinutes(1));
        int before = api.asked.size();
        client.runFor(Duration.ofHours(1));

        assertThat(lives).isBetween(60, 240);
        assertThat(api.asked.size() - before).isBetween(600, 1_800);
    }

    @Test
    void pollsThatFailForGoodInTurnWithOthersAreSaidOnce() {
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < 50; i++) {
                first.failNext("poll", new EdgeException(ErrorCode.PERMISSION_DENIED, "now and then"));
                client.runFor(Duration.ofSeconds(7));
            }

            assertThat(log.with("a poll failed; the client tries again")).hasSize(1);
        }
    }

    @Test
    void aLimitOfTheRateIsNoAbsence() {
        first.limitRate(0.05, 1, LimitException.rate("too many", new IllegalStateException("made up")));
        client.runFor(Duration.ofMinutes(2));

        assertThat(api.asked).hasSize(1);
    }

    @Test
    void aPausedClientLooksForNoOtherCombiner() {
        client.await(client.runtime.connectedCalls().networkPolicy(NetworkPolicy.PAUSED));
        client.runFor(Duration.ofMinutes(1));
        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
        first.goAway();
        assign(SECOND);
        client.runFor(Duration.ofMinutes(10));
        assertThat(api.asked).hasSize(1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.RECONNECTING);

        client.await(client.runtime.connectedCalls().networkPolicy(NetworkPolicy.ALL));
        second.deliver(train("t", "m"));
        client.runUntil(() -> isTold(second, "t"));
    }

    @Test
    void aClientThatIsPausedWhileTheApiIsAskedOpensNoConnection() {
        int asked = api.asked.size();
        first.goAway();
        assign(SECOND);
        api.late = new CompletableFuture<>();
        client.runUntil(() -> api.asked.size() > asked);
        client.await(client.runtime.connectedCalls().networkPolicy(NetworkPolicy.PAUSED));
        api.late.complete(null);
        client.runFor(Duration.ofMinutes(10));
        assertThat(client.opened).doesNotContain(SECOND.address());

        client.await(client.runtime.connectedCalls().networkPolicy(NetworkPolicy.ALL));
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        assertThat(client.opened).endsWith(SECOND.address());
    }

    @Test
    void aClientThatIsPausedWhileItLooksAsksNoMore() {
        first.goAway();
        api.answer = new ConnectToApiResult.Failed(AWAY);
        client.runUntil(() -> client.runtime.state() == ClientState.REASSIGNING);
        client.await(client.runtime.connectedCalls().networkPolicy(NetworkPolicy.ALERTS_ONLY));
        client.runFor(Duration.ofSeconds(1));
        int asked = api.asked.size();
        errors.clear();
        client.runFor(Duration.ofMinutes(10));
        assertThat(api.asked).hasSize(asked);
        assertThat(errors).isEmpty();

        assign(SECOND);
        client.await(client.runtime.connectedCalls().networkPolicy(NetworkPolicy.ALL));
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        assertThat(client.opened).endsWith(SECOND.address());
    }

    @Test
    void aClientThatIsClosedLooksForNoOtherCombiner() {
        first.goAway();
        api.answer = new ConnectToApiResult.Failed(AWAY);
        client.runUntil(() -> client.runtime.state() == ClientState.REASSIGNING);
        client.close(Duration.ofSeconds(5));
        int asked = api.asked.size();
        assign(SECOND);
        client.env.schedule(Duration.ofMinutes(5), () -> assertThat(api.asked).hasSize(asked));
        client.runFor(Duration.ofMinutes(6));

        assertThat(client.opened).containsExactly(FIRST.address());
    }

    @Test
    void aCombinerThatHadNoTimeToAnswerAnAnnouncementHasNotRefusedIt() {
        first.goAway();
        assign(SECOND);
        second.callTimeout(Duration.ofMinutes(5));
        client.runUntil(() -> second.calls("→ announce CONNECT") == 1);
        second.fallSilent();
        first.comeBack();
        assign(FIRST);
        client.runUntil(() -> client.opened.size() == 3 && client.runtime.state() == ClientState.CONNECTED);
        client.runFor(Duration.ofSeconds(10));

        assertThat(errors).noneMatch(MovedException.class::isInstance);
    }

    @Test
    void aClientThatNoCombinerServesMovesAtMostOnceASecond() {
        Api alternating = new Api() {
            @Override
            public CompletionStage<ConnectToApiResult> assign(
                    ClientIdentity identity, Optional<String> preferredCombiner, Bearer bearer) {
                ReassignmentTest.this.assign(
                        api.answer.equals(new ConnectToApiResult.Assigned("client-1", FIRST)) ? SECOND : FIRST);
                return api.assign(identity, preferredCombiner, bearer);
            }
        };
        JoinSettings defaults = JoinSettings.defaults();
        SimulatedClient hasty = new SimulatedClient(
                URI.create("https://edge.test"),
                Credential.none(),
                new JoinSettings(
                        defaults.combiner(),
                        defaults.networkWait(),
                        defaults.computePackageWait(),
                        Duration.ofNanos(1),
                        defaults.tokens(),
                        defaults.onTokenRefresh(),
                        defaults.onCredentialsRejected()),
                alternating,
                List.of(),
                callbacks());
        EdgeException refusal = new EdgeException(ErrorCode.PERMISSION_DENIED, "unknown client");
        hasty.combiner.failAlways("poll", refusal);
        hasty.addCombiner(SECOND).failAlways("poll", refusal);
        hasty.await(hasty.runtime.start());
        hasty.runFor(Duration.ofMinutes(1));

        assertThat(hasty.opened).hasSizeBetween(10, 61);
    }
}
