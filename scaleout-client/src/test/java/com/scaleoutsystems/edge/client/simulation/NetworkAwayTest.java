package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Starting a client while its network is away, in virtual time. */
class NetworkAwayTest {

    private static final URI URL = URI.create("http://edge.test");
    private static final String VERSION_CHECK = "announce VERSION_CHECK";
    private static final EdgeException REFUSED_CONNECTION =
            new EdgeException(ErrorCode.UNAVAILABLE, "connection refused", null, true, 1);
    private static final ConnectToApiResult AWAY = new ConnectToApiResult.Failed(REFUSED_CONNECTION);
    private static final ConnectToApiResult ASSIGNED = new ConnectToApiResult.Assigned(
            "client-1", GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT));

    private final Api api = new Api();
    private final List<EdgeException> errors = new ArrayList<>();
    private final List<ClientState> states = new ArrayList<>();

    /** Answers as the test says, and notes when it was asked. */
    private final class Api implements EdgeApi {

        private ConnectToApiResult answer = AWAY;
        private final List<Duration> asked = new ArrayList<>();
        private int enrollments;
        private boolean isSilent;
        private @Nullable RuntimeException broken;
        private int closed;

        /** When what is asked from now on is answered. */
        private CompletableFuture<?> open = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<ConnectToApiResult> assign(
                ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
            asked.add(now());
            if (broken != null) {
                throw broken;
            }
            return isSilent ? new CompletableFuture<>() : open.thenApply(now -> answer);
        }

        @Override
        public CompletionStage<Enrollment> enroll(String token, String name, Optional<String> clientId) {
            enrollments++;
            Duration lifetime = Duration.ofDays(1);
            Tokens tokens =
                    new Tokens("access", Optional.of("refresh"), Instant.parse("2026-01-02T00:00:00Z"), lifetime);
            return open.thenApply(now -> new Enrollment("client-1", tokens));
        }

        @Override
        public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final class Heard implements EdgeClientListener {

        @Override
        public void error(EdgeException error) {
            errors.add(error);
        }

        @Override
        public void stateChanged(ClientState from, ClientState to, String reason) {
            states.add(to);
        }
    }

    private SimulatedClient client = client(Duration.ZERO, Credential.none());

    private SimulatedClient client(Duration networkWait, Credential credential) {
        return new SimulatedClient(
                URL,
                credential,
                new JoinSettings(
                        Optional.empty(),
                        networkWait,
                        Duration.ZERO,
                        JoinSettings.REASSIGN_AFTER,
                        TokenSettings.defaults(),
                        Optional.empty(),
                        Optional.empty()),
                (url, strand, retry) -> api,
                List.of(new Heard()));
    }

    private Duration now() {
        return Duration.ofNanos(client.env.nanos());
    }

    private CompletableFuture<?> start() {
        return client.runtime.start().toCompletableFuture();
    }

    private CompletableFuture<?> startInBackground() {
        return client.runtime.startInBackground().toCompletableFuture();
    }

    private Health health() {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.runUntil(health::isDone);
        return health.join();
    }

    private void assertFailed(CompletableFuture<?> start, ErrorCode code, String... parts) {
        assertThat(start).isCompletedExceptionally();
        assertThat(start.handle((ok, error) -> error).join())
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(code))
                .hasMessageContainingAll(parts);
    }

    @Test
    void aClientWhoseApiIsAwayForAnHourJoinsWhenItIsBack() {
        CompletableFuture<?> started = startInBackground();
        Delivery logged = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.runFor(Duration.ofHours(1));

        assertThat(started).isNotDone();
        assertThat(client.runtime.state()).isEqualTo(ClientState.JOINING);
        Health away = health();
        assertThat(away.live()).isTrue();
        assertThat(away.ready()).isFalse();
        assertThat(away.troubles())
                .singleElement()
                .asString()
                .containsPattern(
                        "has not joined yet: .*connection refused \\(attempts: \\d+, the next one at 2026-01-01T01:0.*Z\\)");
        assertThat(logged.outcome().toCompletableFuture()).isNotDone();

        api.answer = ASSIGNED;
        client.runFor(Duration.ofMinutes(1).plusSeconds(10));

        assertThat(started).isCompleted();
        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
        assertThat(client.combiner.records()).hasSize(1);
        assertThat(logged.outcome().toCompletableFuture())
                .isCompletedWithValueMatching(Outcome.Delivered.class::isInstance);
        assertThat(health().troubles()).isEmpty();
        assertThat(states).containsExactly(ClientState.JOINING, ClientState.CONNECTED);
        assertThat(errors).hasSize(api.asked.size() - 1).allMatch(EdgeException::retryable);
    }

    @Test
    void whatNobodyKnowsIsTriedAgainAndThenTold() {
        api.broken = new IllegalStateException("nobody knows");
        CompletableFuture<?> started = startInBackground();
        client.runUntil(started::isDone);

        assertThat(started).isCompletedExceptionally();
        assertThat(api.asked).hasSize(5);
        assertThat(errors).hasSize(5).allMatch(error -> error.getMessage().contains("nobody knows"));
        assertThat(client.runtime.state()).isEqualTo(ClientState.NEW);
    }

    @Test
    void theSameHoldsForAnAnswerThatNobodyCanRead() {
        api.answer = EdgeApi.failed(new IllegalStateException("nobody knows"));
        CompletableFuture<?> started = startInBackground();
        client.runUntil(started::isDone);

        assertFailed(started, ErrorCode.INTERNAL, "nobody knows");
        assertThat(api.asked).hasSize(5);
    }

    @Test
    void whatNobodyKnowsMayPass() {
        api.broken = new IllegalStateException("nobody knows");
        CompletableFuture<?> started = startInBackground();
        client.runUntil(() -> api.asked.size() == 4);
        api.broken = null;
        api.answer = ASSIGNED;
        client.runUntil(started::isDone);

        assertThat(started).isCompleted();
    }

    @Test
    void waitsGrowToAMinuteAndDiffer() {
        startInBackground();
        client.runFor(Duration.ofHours(1));

        List<Duration> waits = new ArrayList<>();
        for (int i = 1; i < api.asked.size(); i++) {
            waits.add(api.asked.get(i).minus(api.asked.get(i - 1)));
        }
        assertThat(waits.get(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(waits.subList(7, waits.size()))
                .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(50)) >= 0)
                .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(10)) <= 0)
                .allMatch(wait -> wait.compareTo(Duration.ofSeconds(60)) <= 0)
                .doesNotHaveDuplicates();
    }

    @Test
    void aClientWhoseCombinerIsAwayAsksForItsAssignmentAgain() {
        api.answer = ASSIGNED;
        client.combiner.failAlways(VERSION_CHECK, REFUSED_CONNECTION);
        CompletableFuture<?> started = startInBackground();
        client.runFor(Duration.ofMinutes(30));

        assertThat(client.runtime.state()).isEqualTo(ClientState.JOINING);
        assertThat(health().troubles()).singleElement().asString().contains("connection refused");
        assertThat(client.combiner.calls(VERSION_CHECK)).isEqualTo(api.asked.size());

        client.combiner.workAgain();
        client.runUntil(started::isDone);

        assertThat(started).isCompleted();
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void aRefusalEndsTheStartAndLeavesTheClientForAnotherOne() {
        CompletableFuture<?> started = startInBackground();
        client.runFor(Duration.ofMinutes(5));
        api.answer = new ConnectToApiResult.Unauthorized("token revoked");
        client.runUntil(started::isDone);

        assertFailed(started, ErrorCode.UNAUTHENTICATED, "token revoked", "attempts)");
        assertThat(client.runtime.state()).isEqualTo(ClientState.NEW);
        Health ended = health();
        assertThat(ended.live()).isTrue();
        assertThat(ended.ready()).isFalse();
        assertThat(ended.troubles()).singleElement().asString().contains("token revoked", "start it again");
        assertThat(errors.get(errors.size() - 1).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        int asked = api.asked.size();
        client.runFor(Duration.ofHours(1));
        assertThat(api.asked).hasSize(asked);

        api.answer = ASSIGNED;
        client.await(client.runtime.start());
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void closeEndsTheAttemptsAtOnce() {
        CompletableFuture<?> started = startInBackground();
        client.runFor(Duration.ofMinutes(10));
        Duration before = now();
        int asked = api.asked.size();
        client.close(Duration.ofSeconds(10));

        assertThat(now()).isEqualTo(before);
        client.runFor(Duration.ofMinutes(10));
        assertFailed(started, ErrorCode.CANCELLED, "closed");
        assertThat(api.asked).hasSize(asked);
        assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
        assertThat(health().troubles()).isEmpty();
    }

    @Test
    void aStartWithPatienceThrowsWhenItIsUsedUp() {
        client = client(Duration.ofMinutes(10), Credential.none());
        CompletableFuture<?> started = start();
        client.runUntil(started::isDone);

        assertThat(now()).isEqualTo(Duration.ofMinutes(10));
        assertThat(api.asked).last().isEqualTo(Duration.ofMinutes(10));
        assertFailed(started, ErrorCode.UNAVAILABLE, "connection refused", "(" + api.asked.size() + " attempts)");
        assertThat(client.runtime.state()).isEqualTo(ClientState.NEW);
        assertThat(errors).hasSize(api.asked.size() - 1);
    }

    @Test
    void aStartWithPatienceJoinsWhenTheNetworkIsBack() {
        client = client(Duration.ofMinutes(10), Credential.none());
        CompletableFuture<?> started = start();
        client.runFor(Duration.ofMinutes(5));
        assertThat(started).isNotDone();
        api.answer = ASSIGNED;
        client.runUntil(started::isDone);

        assertThat(started).isCompleted();
    }

    @Test
    void aStartWithoutPatienceThrowsAndLeavesTheClientNew() {
        CompletableFuture<?> started = start();
        client.runFor(Duration.ofMinutes(1));

        assertFailed(started, ErrorCode.UNAVAILABLE, "connection refused");
        assertThat(api.asked).hasSize(1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.NEW);
        assertThat(states).containsExactly(ClientState.JOINING, ClientState.NEW);
        assertThat(errors).isEmpty();
    }

    @Test
    void whoAsksForAnAssignmentInVainLeavesTheClientNew() {
        CompletableFuture<?> answer = client.runtime.connectToApi().toCompletableFuture();
        client.runUntil(answer::isDone);

        assertThat(client.runtime.state()).isEqualTo(ClientState.NEW);
    }

    @Test
    void aStartDuringOneInTheBackgroundTriesAtOnceAndWaitsWithIt() {
        CompletableFuture<?> first = startInBackground();
        client.runFor(Duration.ofHours(1));
        int asked = api.asked.size();
        CompletableFuture<?> second = start();
        client.runFor(Duration.ofMillis(1));

        assertThat(api.asked).hasSize(asked + 1);
        assertThat(second).isNotDone();
        api.answer = ASSIGNED;
        client.runUntil(() -> first.isDone() && second.isDone());

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void aPauseThatIsCancelledTooLateBeginsNoSecondAttempt() {
        startInBackground();
        client.runUntil(() -> errors.size() == 1);
        int asked = api.asked.size();
        api.isSilent = true;
        client.env.cancelTooLate();
        start();
        client.runFor(Duration.ofMinutes(5));

        assertThat(api.asked).hasSize(asked + 1);
    }

    @Test
    void eachRunOfAttemptsHasOneWarning() {
        try (LogLines log = new LogLines()) {
            for (int run = 1; run <= 2; run++) {
                api.answer = AWAY;
                CompletableFuture<?> started = startInBackground();
                client.runFor(Duration.ofMinutes(5));
                api.answer = new ConnectToApiResult.Unauthorized("token revoked");
                client.runUntil(started::isDone);

                assertThat(log.with("the client has not joined yet"))
                        .filteredOn(line -> line.contains(" WARN "))
                        .hasSize(run);
            }
        }
    }

    @Test
    void aStartInTheBackgroundOutlivesAnImpatientOne() {
        CompletableFuture<?> impatient = start();
        CompletableFuture<?> patient = startInBackground();
        client.runFor(Duration.ofMinutes(1));

        assertThat(impatient).isCompletedExceptionally();
        assertThat(patient).isNotDone();
        assertThat(client.runtime.state()).isEqualTo(ClientState.JOINING);
    }

    @Test
    void anEnrollmentTokenIsUsedOnceHoweverOftenTheAssignmentFails() {
        client = client(Duration.ZERO, enrollment());
        CompletableFuture<?> started = startInBackground();
        client.runFor(Duration.ofMinutes(10));
        api.answer = ASSIGNED;
        client.runUntil(started::isDone);

        assertThat(started).isCompleted();
        assertThat(api.asked).hasSizeGreaterThan(10);
        assertThat(api.enrollments).isEqualTo(1);
    }

    @Test
    void callsThatNeedACombinerSayWhyThereIsNone() {
        startInBackground();
        client.runFor(Duration.ofMinutes(1));
        CompletableFuture<?> calls = client.runtime.connectedCalls().calls().toCompletableFuture();
        client.runUntil(calls::isDone);

        assertFailed(calls, ErrorCode.FAILED_PRECONDITION, "no combiner yet", "connection refused", "the next one at");
    }

    /** A gateway that has no route while the API is deployed answers so, and so does a server at a wrong URL. */
    @Test
    void whoHasPatienceTakesAnApiThatIsNotThereForOneThatMayCome() {
        api.answer = new ConnectToApiResult.IncorrectUrl("there is no API at http://edge.test (HTTP 404)");
        CompletableFuture<?> impatient = start();
        CompletableFuture<?> started = startInBackground();
        client.runFor(Duration.ofMinutes(10));

        assertFailed(impatient, ErrorCode.NOT_FOUND, "HTTP 404", "check the URL");
        assertThat(started).isNotDone();
        assertThat(health().troubles()).singleElement().asString().contains("HTTP 404", "check the URL");

        api.answer = ASSIGNED;
        client.runUntil(started::isDone);
        assertThat(started).isCompleted();
    }

    @Test
    void aPortThatWantsTlsEndsTheStart() {
        api.answer = new ConnectToApiResult.IncorrectUrl("http://edge.test wants TLS; give its URL with https://");
        CompletableFuture<?> started = startInBackground();
        client.runUntil(started::isDone);

        assertFailed(started, ErrorCode.NOT_FOUND, "wants TLS");
    }

    private static Credential enrollment() {
        String claims = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"role\": \"enrollment\"}".getBytes(StandardCharsets.UTF_8));
        return Credential.token("e30." + claims + ".x");
    }

    @Test
    void whoAsksForAnAssignmentDuringAStartTakesItsApiFromNobody() {
        CompletableFuture<?> gate = new CompletableFuture<>();
        api.open = gate;
        CompletableFuture<?> started = startInBackground();
        client.runUntil(() -> api.asked.size() == 1);
        CompletableFuture<?> same = client.runtime.connectToApi().toCompletableFuture();
        CompletableFuture<?> other = client.runtime
                .connectToApi(URI.create("http://other.test"), Credential.none())
                .toCompletableFuture();
        client.runUntil(() -> api.asked.size() == 3);

        assertThat(api.closed).isZero();
        api.answer = ASSIGNED;
        gate.complete(null);
        client.runUntil(() -> started.isDone() && same.isDone() && other.isDone());

        assertThat(started).isCompleted();
        client.close(Duration.ofSeconds(10));
        assertThat(api.closed).isEqualTo(2);
    }

    @Test
    void aStartGoesOnWithTheCombinerThatTheHostHasChosenMeanwhile() {
        for (boolean isGreeting : List.of(true, false)) {
            client = client(Duration.ZERO, Credential.none());
            CompletableFuture<?> gate = new CompletableFuture<>();
            api.open = gate;
            api.answer = ASSIGNED;
            api.asked.clear();
            CompletableFuture<?> started = startInBackground();
            client.runUntil(() -> api.asked.size() == 1);
            CompletableFuture<?> greeted = client.runtime
                    .initGrpcHandler(GrpcConnectionOptions.of("chosen", 1).withTls(TlsMode.PLAINTEXT))
                    .toCompletableFuture();
            client.runUntil(() -> isGreeting ? client.combiner.calls(VERSION_CHECK) == 1 : greeted.isDone());
            assertThat(greeted.isDone()).isEqualTo(!isGreeting);
            gate.complete(null);
            client.runUntil(() -> started.isDone() && greeted.isDone());

            assertThat(greeted).isCompleted();
            assertThat(started).isCompleted();
            assertThat(client.combiner.calls(VERSION_CHECK)).isEqualTo(1);
            client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        }
    }

    @Test
    void anEnrollmentTokenIsUsedOnceWhateverAsksForALogin() {
        client = client(Duration.ZERO, enrollment());
        CompletableFuture<?> gate = new CompletableFuture<>();
        api.open = gate;
        CompletableFuture<?> enrolled = client.runtime.enroll().toCompletableFuture();
        CompletableFuture<?> started = startInBackground();
        CompletableFuture<?> asked = client.runtime.connectToApi().toCompletableFuture();
        client.runFor(Duration.ofSeconds(1));
        gate.complete(null);
        client.runUntil(() -> enrolled.isDone() && asked.isDone());
        client.await(client.runtime.connectToApi());
        client.await(client.runtime.connectToApi(URL, enrollment()));
        api.answer = ASSIGNED;
        client.runUntil(started::isDone);

        assertThat(enrolled).isCompleted();
        assertThat(started).isCompleted();
        assertThat(api.enrollments).isEqualTo(1);
    }
}
