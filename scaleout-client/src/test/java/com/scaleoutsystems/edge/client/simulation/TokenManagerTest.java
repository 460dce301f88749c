package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.TokenManager;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.api.TryLaterException;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** When tokens are exchanged, in virtual time. */
class TokenManagerTest {

    /** An end that this machine takes for long past: its clock must have no say. */
    private static final Instant LONG_PAST = Instant.parse("2001-01-01T00:00:00Z");

    private final VirtualEnv env = new VirtualEnv(1, Duration.ofSeconds(1));
    private final Exchange exchange = new Exchange();
    private final List<String> kept = new ArrayList<>();
    private CompletableFuture<?> disk = CompletableFuture.completedFuture(null);
    private final TokenManager manager = manager(Optional.empty());

    private TokenManager manager(Optional<Tokens> known) {
        return new TokenManager(
                exchange,
                env,
                env.strand("test"),
                EdgeApi.TokenEndpoint.CLIENT,
                "refresh-0",
                known,
                (tokens, refresh) -> {
                    kept.add(tokens.accessToken() + "+" + refresh);
                    return disk;
                },
                RetryPolicy.defaults());
    }

    /** Gives access-1, access-2 and so on, each with a new refresh token, unless it is told to fail. */
    private static final class Exchange implements EdgeApi {

        final List<String> shown = new ArrayList<>();
        final Deque<EdgeException> failures = new ArrayDeque<>();
        Duration lifetime = Duration.ofMinutes(10);

        @Override
        public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
            shown.add(refreshToken);
            EdgeException failure = failures.poll();
            if (failure != null) {
                return CompletableFuture.failedFuture(failure);
            }
            int number = shown.size();
            return CompletableFuture.completedFuture(
                    new Tokens("access-" + number, Optional.of("refresh-" + number), LONG_PAST, lifetime));
        }

        @Override
        public CompletionStage<ConnectToApiResult> assign(
                ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public CompletionStage<Enrollment> enroll(String token, String name, Optional<String> clientId) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public void close() {}
    }

    private static EdgeException later() {
        return new EdgeException(ErrorCode.UNAVAILABLE, "busy", null, true, 1);
    }

    private static EdgeException refusal() {
        return new EdgeException(ErrorCode.UNAUTHENTICATED, "revoked");
    }

    private CompletableFuture<Optional<String>> ask() {
        CompletableFuture<Optional<String>> asked = manager.token().toCompletableFuture();
        runFor(Duration.ZERO);
        return asked;
    }

    private String token() {
        return ask().join().orElseThrow();
    }

    private void runFor(Duration time) {
        boolean[] over = {false};
        env.schedule(time, () -> env.schedule(Duration.ZERO, () -> env.schedule(Duration.ZERO, () -> over[0] = true)));
        env.runUntil(() -> over[0], Duration.ofDays(1));
    }

    @Test
    void manyWhoAskAtOnceCauseOneExchange() {
        List<CompletableFuture<Optional<String>>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(manager.token().toCompletableFuture());
        }
        runFor(Duration.ZERO);

        assertThat(asked).allSatisfy(one -> assertThat(one.join()).contains("access-1"));
        assertThat(exchange.shown).containsExactly("refresh-0");
    }

    @Test
    void aTokenIsUsedForAsLongAsItsServerSaysWhateverThisMachinesClock() {
        assertThat(token()).isEqualTo("access-1");
        runFor(Duration.ofMinutes(9));
        assertThat(token()).isEqualTo("access-1");
        assertThat(exchange.shown).hasSize(1);
    }

    @Test
    void aTokenIsExchangedAheadOfItsEndAndUsedMeanwhile() {
        assertThat(token()).isEqualTo("access-1");
        runFor(Duration.ofMinutes(10).minusSeconds(29));
        assertThat(token()).isEqualTo("access-1");
        assertThat(token()).isEqualTo("access-2");
        assertThat(exchange.shown).containsExactly("refresh-0", "refresh-1");
    }

    @Test
    void aShortLivedTokenIsNotExchangedAtEachCall() {
        exchange.lifetime = Duration.ofSeconds(4);
        token();
        runFor(Duration.ofSeconds(2));
        assertThat(token()).isEqualTo("access-1");
        assertThat(exchange.shown).hasSize(1);
        runFor(Duration.ofSeconds(3));
        assertThat(token()).isEqualTo("access-2");
    }

    @Test
    void aTokenThatSeemsToHaveEndedWhenItCameIsTriedAllTheSame() {
        exchange.lifetime = Duration.ofHours(-1);
        assertThat(token()).isEqualTo("access-1");
        assertThat(token()).isEqualTo("access-1");
        assertThat(exchange.shown).hasSize(1);
    }

    @Test
    void aNewTokenIsKeptBeforeItIsUsed() {
        CompletableFuture<Void> writing = new CompletableFuture<>();
        disk = writing;
        CompletableFuture<Optional<String>> asked = ask();

        assertThat(kept).containsExactly("access-1+refresh-1");
        assertThat(asked).isNotDone();

        writing.complete(null);
        runFor(Duration.ZERO);
        assertThat(asked.join()).contains("access-1");
    }

    @Test
    void aPassingFailureIsToldAsOneAndTheServerIsLeftAloneForAWhile() {
        exchange.failures.add(later());

        assertThat(ask()).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("busy");
        assertThat(ask()).isCompletedExceptionally();
        assertThat(exchange.shown).hasSize(1);

        runFor(Duration.ofSeconds(1));
        assertThat(token()).isEqualTo("access-2");
    }

    @Test
    void whoeverWaitsAsLongAsTheFailureSaysMakesAnAttemptThatIsOne() {
        for (int i = 0; i < 20; i++) {
            exchange.failures.add(later());
        }
        for (int attempt = 1; attempt <= 20; attempt++) {
            CompletableFuture<Optional<String>> asked = ask();
            assertThat(exchange.shown).hasSize(attempt);

            Throwable failure = asked.handle((token, error) -> error).join();
            Duration wait = TryLaterException.wait(Duration.ZERO, failure);
            runFor(wait);
        }
        assertThat(token()).isEqualTo("access-21");
    }

    @Test
    void aPassingFailureAheadOfTheEndDoesNoHarm() {
        token();
        runFor(Duration.ofMinutes(10).minusSeconds(20));
        exchange.failures.add(later());
        exchange.failures.add(later());
        assertThat(token()).isEqualTo("access-1");
        runFor(Duration.ofSeconds(5));
        assertThat(token()).isEqualTo("access-1");
        runFor(Duration.ofSeconds(5));
        assertThat(token()).isEqualTo("access-1");
        assertThat(token()).isEqualTo("access-4");
    }

    @Test
    void pausesGrowToHalfTheLongestWaitOfJoining() {
        for (int i = 0; i < 80; i++) {
            exchange.failures.add(later());
        }
        for (int i = 0; i < 300; i++) {
            assertThat(ask()).isCompletedExceptionally();
            runFor(Duration.ofSeconds(1));
        }
        assertThat(exchange.shown.size()).isBetween(25, 60);
    }

    @Test
    void anUnknownFailureIsNoRefusal() {
        exchange.failures.add(new EdgeException(ErrorCode.INTERNAL, "no JSON"));

        assertThat(ask())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(EdgeException.class, error -> {
                    assertThat(error.retryable()).isTrue();
                    assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                });
    }

    @Test
    void aRefusalIsToldAndAskedAgainAfterAMinute() {
        exchange.failures.add(refusal());

        assertThat(ask()).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("revoked");
        runFor(Duration.ofSeconds(59));
        assertThat(ask()).isCompletedExceptionally();
        assertThat(exchange.shown).hasSize(1);
        runFor(Duration.ofSeconds(1));
        assertThat(token()).isEqualTo("access-2");
    }

    @Test
    void aRefusalIsLoggedOnceThereWasATokenForBeforeThatTheHostIsTold() {
        try (LogLines log = new LogLines()) {
            exchange.failures.add(refusal());
            assertThat(ask()).isCompletedExceptionally();
            assertThat(log.with("revoked")).isEmpty();

            runFor(Duration.ofMinutes(1));
            token();
            exchange.failures.add(refusal());
            runFor(Duration.ofMinutes(10));
            assertThat(ask()).isCompletedExceptionally();
            assertThat(log.with("revoked")).singleElement().asString().contains("WARN");
        }
    }

    @Test
    void aTokenThatTheServerKillsEarlyIsReplaced() {
        String killed = token();
        runFor(Duration.ofSeconds(30));
        manager.refused(killed);
        assertThat(token()).isEqualTo("access-2");
    }

    @Test
    void aFreshTokenThatIsRefusedCausesNoStorm() {
        String fresh = token();
        for (int i = 0; i < 10; i++) {
            manager.refused(fresh);
            assertThat(token()).isEqualTo(fresh);
        }
        assertThat(exchange.shown).hasSize(1);
    }

    @Test
    void theRefusalOfAFormerTokenChangesNothing() {
        token();
        runFor(Duration.ofSeconds(30));
        manager.refused("access-0");
        assertThat(token()).isEqualTo("access-1");
    }

    @Test
    void aTokenOfTheLastRunIsUsedUntilItIsRefused() {
        TokenManager restarted =
                manager(Optional.of(new Tokens("old", Optional.of("refresh-0"), LONG_PAST, Duration.ofMinutes(5))));
        CompletableFuture<Optional<String>> first = restarted.token().toCompletableFuture();
        runFor(Duration.ZERO);
        assertThat(first.join()).contains("old");

        restarted.refused("old");
        CompletableFuture<Optional<String>> second = restarted.token().toCompletableFuture();
        runFor(Duration.ZERO);
        assertThat(second.join()).contains("access-1");
    }
}
