package com.scaleoutsystems.edge.client.internal.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.api.TokenManager;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.state.TokenFile;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the host hears of new tokens. */
class KeptTokensTest {

    @TempDir
    Path folder;

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();

    /** Only the threads that may block are of interest. */
    private final Env env = (Env) Proxy.newProxyInstance(
            Env.class.getClassLoader(), new Class<?>[] {Env.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("io")) {
                    return (Executor) this::thread;
                }
                if (method.getName().equals("nanos")) {
                    return 0L;
                }
                if (method.getName().equals("wall")) {
                    return Instant.EPOCH;
                }
                throw new UnsupportedOperationException(method.getName());
            });

    private boolean noThreads;

    private void thread(Runnable body) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        threads.add(body);
    }

    private static Tokens tokens(String access) {
        return new Tokens(access, Optional.empty(), Instant.EPOCH, Duration.ofMinutes(10));
    }

    @Test
    void theNewestTokensComeLastThoughTheHostIsSlow() {
        KeptTokens kept = new KeptTokens(env, Optional.empty(), Optional.of((access, refresh, expires) -> {
            heard.add("begins " + access);
            if (!threads.isEmpty()) {
                // The host is slow: whatever may run meanwhile runs.
                threads.remove().run();
            }
            heard.add("ends " + access);
        }));
        TokenManager.Keeper keeper = kept.keeper("c", TokenEndpoint.CLIENT, "source");
        keeper.keep(tokens("first"), "r1");
        keeper.keep(tokens("second"), "r2");

        while (!threads.isEmpty()) {
            threads.remove().run();
        }

        assertThat(heard).containsExactly("begins first", "ends first", "begins second", "ends second");
    }

    /** A key in a store that is away; what its classes throw when they cannot be loaded is an Error. */
    private static final class AwayKey implements SecretKey {

        private static final long serialVersionUID = 1L;

        @Override
        public String getAlgorithm() {
            throw new NoClassDefFoundError("the store is away");
        }

        @Override
        public String getFormat() {
            throw new NoClassDefFoundError("the store is away");
        }

        @Override
        public byte[] getEncoded() {
            throw new NoClassDefFoundError("the store is away");
        }
    }

    private KeptTokens inAFile(SecretKey key) {
        return new KeptTokens(
                env,
                Optional.of(new TokenFile(folder.resolve("tokens.json"), Optional.of(key))),
                Optional.of((access, refresh, expires) -> heard.add(access)));
    }

    @Test
    void tokensThatCannotBeSavedAreUsedWhateverIsThrown() {
        CompletionStage<?> kept = inAFile(new AwayKey())
                .keeper("c", TokenEndpoint.CLIENT, "source")
                .keep(tokens("first"), "r1");

        while (!threads.isEmpty()) {
            threads.remove().run();
        }

        assertThat(kept.toCompletableFuture()).isCompleted();
        assertThat(heard).containsExactly("first");
    }

    @Test
    void tokensForWhichThereIsNoThreadToSaveThemAreUsed() {
        noThreads = true;

        assertThat(inAFile(new AwayKey())
                        .keeper("c", TokenEndpoint.CLIENT, "source")
                        .keep(tokens("first"), "r1")
                        .toCompletableFuture())
                .isCompleted();
    }

    @Test
    void tokensThatCannotBeReadAreLeftAloneWhateverIsThrown() {
        TokenManager.Keeper keeper =
                inAFile(new SecretKeySpec(new byte[16], "AES")).keeper("c", TokenEndpoint.CLIENT, "source");
        keeper.keep(tokens("first"), "r1");
        threads.remove().run();
        var loaded = inAFile(new AwayKey()).load("").toCompletableFuture();
        while (!threads.isEmpty()) {
            threads.remove().run();
        }

        assertCannotBeReadNow(loaded);
        assertThat(folder.resolve("tokens.json")).exists();
    }

    @Test
    void tokensForWhichThereIsNoThreadToReadThemAreNoMissingTokens() {
        noThreads = true;

        assertThat(inAFile(new AwayKey()).load("").toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(OutOfMemoryError.class);
    }

    private static void assertCannotBeReadNow(CompletableFuture<?> loaded) {
        assertThat(loaded)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EdgeException.class,
                        error -> assertThat(error.retryable()).isTrue())
                .withMessageContaining("cannot be read now");
    }

    @Test
    void aCallbackThatThrowsHearsOfTheNextTokens() {
        KeptTokens kept = new KeptTokens(env, Optional.empty(), Optional.of((access, refresh, expires) -> {
            heard.add(access);
            throw new StackOverflowError();
        }));
        TokenManager.Keeper keeper = kept.keeper("c", TokenEndpoint.CLIENT, "source");
        keeper.keep(tokens("first"), "r1");
        keeper.keep(tokens("second"), "r2");

        while (!threads.isEmpty()) {
            threads.remove().run();
        }

        assertThat(heard).containsExactly("first", "second");
    }
}
