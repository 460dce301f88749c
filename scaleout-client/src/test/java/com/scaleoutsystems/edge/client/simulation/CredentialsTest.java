package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.CredentialsCallback;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Credentials that the server refuses for good while the client runs, and hosts that have other ones. */
class CredentialsTest {

    private static final GrpcConnectionOptions COMBINER =
            GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT);

    private final Api api = new Api();
    private final List<EdgeException> errors = new ArrayList<>();
    private final List<EdgeException> asked = new ArrayList<>();
    private final List<String> trained = new ArrayList<>();
    private Optional<Credential> other = Optional.empty();

    /** Exchanges the one refresh token that is good. */
    private final class Api implements EdgeApi {

        private String good = refreshToken("1");
        private String refused = "";
        private int assignments;
        private int exchanges;
        private boolean away;
        private String enrolledAs = "another-client";
        private final Deque<Exception> failures = new ArrayDeque<>();

        /** The names of the clients that were to be assigned. */
        private final List<String> assigned = new ArrayList<>();

        private int enrolled;

        @Override
        public CompletionStage<ConnectToApiResult> assign(
                ClientIdentity identity, Optional<String> preferredCombiner, Bearer bearer) {
            assignments++;
            assigned.add(identity.clientId());
            return bearer.token()
                    .<ConnectToApiResult>thenApply(token -> token.equals(Optional.of(refused))
                            ? new ConnectToApiResult.Unauthorized("no")
                            : new ConnectToApiResult.Assigned("client-1", COMBINER))
                    .exceptionally(error -> EdgeApi.failed(Stages.cause(error)));
        }

        @Override
        public CompletionStage<Enrollment> enroll(String token, String name, Optional<String> clientId) {
            enrolled++;
            if (away) {
                return CompletableFuture.failedFuture(
                        new EdgeException(ErrorCode.UNAVAILABLE, "the API is away", null, true, 1));
            }
            if (!failures.isEmpty()) {
                return CompletableFuture.failedFuture(failures.remove());
            }
            Tokens tokens = new Tokens(
                    "access", Optional.empty(), Instant.parse("2026-01-01T00:10:00Z"), Duration.ofMinutes(10));
            return CompletableFuture.completedFuture(new Enrollment(enrolledAs, tokens));
        }

        @Override
        public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
            exchanges++;
            return refreshToken.equals(good)
                    ? CompletableFuture.completedFuture(new Tokens(
                            "access", Optional.empty(), Instant.parse("2026-01-01T00:10:00Z"), Duration.ofMinutes(10)))
                    : CompletableFuture.failedFuture(
                            new EdgeException(ErrorCode.UNAUTHENTICATED, "the refresh token is revoked"));
        }

        @Override
        public void close() {}
    }

    private static String refreshToken(String number) {
        return "refresh-token-" + number;
    }

    private static String enrollmentToken() {
        String claims = "{\"role\":\"enrollment\"}";
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8)) + ".x";
    }

    private static String apiKey(String number) {
        String claims = "{\"token_type\":\"api_key\",\"jti\":\"" + number + "\"}";
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8)) + ".x";
    }

    private SimulatedClient client(Credential credential) {
        return client(credential, Optional.of(error -> {
            asked.add(error);
            return other;
        }));
    }

    private SimulatedClient client(Credential credential, Optional<CredentialsCallback> callback) {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            trained.add(task.request().correlationId());
            return TrainResult.of(model("update-of-" + task.request().correlationId(), 1), 1);
        });
        SimulatedClient client = new SimulatedClient(
                URI.create("https://edge.test"),
                credential,
                new JoinSettings(
                        Optional.empty(),
                        Duration.ZERO,
                        Duration.ZERO,
                        JoinSettings.REASSIGN_AFTER,
                        TokenSettings.defaults(),
                        Optional.empty(),
                        callback),
                api,
                List.of(new EdgeClientListener() {
                    @Override
                    public void error(EdgeException error) {
                        errors.add(error);
                    }
                }),
                callbacks);
        client.combiner.addModel("m", 0);
        return client;
    }

    private static void join(SimulatedClient client, String token) {
        client.await(client.runtime.start());
        client.combiner.accept(client.shown, token);
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    private static boolean isDelivered(Delivery record) {
        return record.outcome().toCompletableFuture().getNow(null) instanceof Outcome.Delivered;
    }

    @Test
    void aRefreshTokenThatIsRevokedInASessionIsReplacedWithoutALoss() {
        SimulatedClient client = client(Credential.token(refreshToken("1")));
        join(client, "access");
        api.good = refreshToken("2");
        other = Optional.of(Credential.token(refreshToken("2")));
        client.runFor(Duration.ofMinutes(9).plusSeconds(50));
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofSeconds(30));
        Delivery record = client.runtime.log().logTelemetry("door", Map.of("open", 1));

        client.runUntil(() -> client.doneReports("t") > 0 && isDelivered(record));

        assertThat(asked).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(error.retryable()).isFalse();
        });
        assertThat(trained).containsExactly("t");
        assertThat(client.combiner.doneReports().get("t"))
                .allMatch(report -> report.status().equals("COMPLETED"));
        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    void withoutAnotherCredentialNothingIsLostAndErrorsSayThatItIsFinal() {
        SimulatedClient client = client(Credential.token(refreshToken("1")), Optional.empty());
        join(client, "access");
        api.good = refreshToken("2");
        client.runFor(Duration.ofMinutes(11));
        Delivery line = client.runtime.log().sendStatus("line");
        client.runFor(Duration.ofMinutes(11));

        assertThat(errors).isNotEmpty().allSatisfy(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(error.retryable()).isFalse();
        });
        assertThat(client.runtime.state()).isIn(ClientState.RECONNECTING, ClientState.REASSIGNING);
        assertThat(line.outcome().toCompletableFuture()).isNotDone();
        // The server may have been wrong.
        api.good = refreshToken("1");
        client.runUntil(() -> isDelivered(line));
    }

    @Test
    void aHostWithoutAnotherCredentialIsAskedAgainAfterMinutes() {
        SimulatedClient client = client(Credential.token(refreshToken("1")));
        join(client, "access");
        api.good = refreshToken("2");
        client.runFor(Duration.ofMinutes(10));
        client.runFor(Duration.ofHours(1));
        assertThat(asked).hasSizeBetween(4, 20);

        other = Optional.of(Credential.token(refreshToken("2")));
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void theRefusedCredentialOnceMoreIsNoOther() {
        SimulatedClient client = client(Credential.token(refreshToken("1")), Optional.of(error -> {
            asked.add(error);
            return Optional.of(Credential.token(refreshToken("1")));
        }));
        join(client, "access");
        api.good = refreshToken("2");
        client.runFor(Duration.ofMinutes(70));

        assertThat(asked).hasSizeBetween(4, 20);
    }

    @Test
    void anApiKeyThatTheCombinerRefusesIsReplaced() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        other = Optional.of(Credential.token(apiKey("2")));
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.accept(client.shown, apiKey("2"));

        client.runUntil(() -> client.doneReports("t") > 0);

        assertThat(asked).hasSize(1);
        assertThat(trained).containsExactly("t");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
        assertThat(client.combiner.doneReports().get("t"))
                .allMatch(report -> report.status().equals("COMPLETED"));
    }

    @Test
    void aCredentialThatIsNoBetterIsReplacedByTheNext() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        other = Optional.of(Credential.token(apiKey("2")));
        client.combiner.accept(client.shown, apiKey("3"));
        client.runUntil(() -> asked.size() == 1);
        other = Optional.of(Credential.token(apiKey("3")));
        client.runUntil(() -> asked.size() == 2);

        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);

        assertThat(asked).hasSize(2);
    }

    @Test
    void whileTheCredentialIsRefusedTheApiIsAskedForACombinerOnceAMinute() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        client.combiner.goAway();
        api.refused = apiKey("1");
        client.runUntil(() -> client.runtime.state() == ClientState.REASSIGNING);
        int before = api.assignments;
        client.runFor(Duration.ofMinutes(30));
        assertThat(api.assignments - before).isBetween(15, 31);

        int asks = asked.size();
        other = Optional.of(Credential.token(apiKey("2")));
        client.runUntil(() -> asked.size() > asks);
        int after = api.assignments;
        client.runFor(Duration.ofSeconds(1));
        assertThat(api.assignments - after).isBetween(1, 3);
    }

    @Test
    void aStartAsksForAnotherCredentialAlsoAfterAnAssignmentOfItsOwn() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        client.combiner.accept(apiKey("2"));
        other = Optional.of(Credential.token(apiKey("2")));
        client.await(client.runtime.connectToApi());

        client.await(client.runtime.start());

        assertThat(asked).hasSize(1);
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void aClientThatIsClosedLogsInNoMore() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        api.away = true;
        other = Optional.of(Credential.token(enrollmentToken()));
        // Several calls hear at the same time that the key is refused.
        for (int i = 0; i < 3; i++) {
            client.shown.refused(apiKey("1"));
        }
        client.runUntil(() -> api.enrolled > 0);
        client.close(Duration.ofSeconds(5));
        int enrolled = api.enrolled;
        client.runFor(Duration.ofMinutes(30));

        assertThat(api.enrolled).isEqualTo(enrolled);
    }

    @Test
    void aStartAsksForAnotherCredentialToo() {
        api.good = refreshToken("2");
        other = Optional.of(Credential.token(refreshToken("2")));
        SimulatedClient client = client(Credential.token(refreshToken("1")));

        client.await(client.runtime.start());

        assertThat(asked).hasSize(1);
    }

    @Test
    void aStartFailsIfTheOtherCredentialIsRefusedAsWell() {
        api.good = refreshToken("3");
        other = Optional.of(Credential.token(refreshToken("2")));
        SimulatedClient client = client(Credential.token(refreshToken("1")));

        CompletableFuture<?> started = client.runtime.start().toCompletableFuture();
        client.runUntil(started::isDone);

        assertThat(started).isCompletedExceptionally();
        assertThat(asked).hasSize(1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.NEW);
    }

    @Test
    void aCallbackThatFailsIsAskedAgain() {
        SimulatedClient client = client(Credential.token(apiKey("1")), Optional.of(error -> {
            asked.add(error);
            if (asked.size() == 1) {
                throw new IOException("the vault is sealed");
            }
            return Optional.of(Credential.token(apiKey("2")));
        }));
        join(client, apiKey("1"));
        client.combiner.accept(client.shown, apiKey("2"));

        client.runUntil(() -> client.runtime.state() == ClientState.RECONNECTING);
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);

        assertThat(asked).hasSize(2);
    }

    @Test
    void theCredentialOfAnotherClientIsNotUsed() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        other = Optional.of(Credential.token(enrollmentToken()));
        client.combiner.accept(client.shown, apiKey("2"));
        client.runFor(Duration.ofMinutes(5));

        assertThat(api.enrolled).isEqualTo(1);
        assertThat(errors).anyMatch(error -> String.valueOf(error.getMessage()).contains("another-client"));
        assertThat(api.assigned).hasSizeGreaterThan(1).containsOnly("client-1");

        other = Optional.of(Credential.token(apiKey("2")));
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void theCredentialOfAnotherClientIsNotUsedWhileItsLoginWaitsEither() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        api.refused = apiKey("1");
        client.combiner.accept(client.shown, apiKey("2"));
        client.runUntil(() -> client.runtime.state() == ClientState.REASSIGNING);
        api.away = true;
        other = Optional.of(Credential.token(enrollmentToken()));
        client.runUntil(() -> api.enrolled > 0);
        client.runFor(Duration.ofMinutes(3));
        api.away = false;
        client.runFor(Duration.ofMinutes(10));

        assertThat(api.enrolled).isGreaterThan(1);
        assertThat(api.assigned).hasSizeGreaterThan(5).containsOnly("client-1");
    }

    @Test
    void aLoginThatFailsInAWayThatNobodyKnowsIsMadeAgain() {
        SimulatedClient client = client(Credential.token(apiKey("1")));
        join(client, apiKey("1"));
        api.enrolledAs = "client-1";
        api.failures.addAll(Collections.nCopies(3, new IllegalStateException("nobody knows this failure")));
        other = Optional.of(Credential.token(enrollmentToken()));
        client.combiner.accept(client.shown, "access");

        client.runUntil(() -> api.enrolled > 0);
        client.runFor(Duration.ofMinutes(1));

        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
        assertThat(asked).hasSize(1);
        assertThat(api.enrolled).isEqualTo(4);
    }

    /** A token may be valid from a later minute on. */
    @Test
    void aCredentialWhoseLoginWasRefusedIsTriedAgainIfTheHostGivesItAgain() {
        for (Exception failure : List.of(
                new EdgeException(ErrorCode.UNAUTHENTICATED, "not valid yet"),
                new EdgeException(ErrorCode.NOT_FOUND, "a gateway has no route yet"))) {
            asked.clear();
            other = Optional.empty();
            SimulatedClient client = client(Credential.token(apiKey("1")));
            join(client, apiKey("1"));
            api.enrolledAs = "client-1";
            api.failures.add(failure);
            other = Optional.of(Credential.token(enrollmentToken()));
            client.combiner.accept(client.shown, "access");

            client.runUntil(() -> api.failures.isEmpty());
            client.runFor(Duration.ofMinutes(5));

            assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
            assertThat(asked).hasSize(2);
        }
    }

    @Test
    void aCredentialThatComesWhileTheClientClosesIsNotUsedUp() {
        List<SimulatedClient> closing = new ArrayList<>();
        SimulatedClient client = client(Credential.token(apiKey("1")), Optional.of(error -> {
            asked.add(error);
            var unused = closing.get(0).runtime.close(Duration.ofSeconds(1));
            return Optional.of(Credential.token(enrollmentToken()));
        }));
        closing.add(client);
        join(client, apiKey("1"));
        client.combiner.accept(client.shown, apiKey("2"));
        client.runFor(Duration.ofMinutes(5));

        assertThat(asked).hasSize(1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
        assertThat(api.enrolled).isZero();
    }
}
