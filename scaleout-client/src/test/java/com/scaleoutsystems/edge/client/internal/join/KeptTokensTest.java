package com.scaleoutsystems.edge.client.internal.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.api.TokenManager;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.core.Env;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** How the host hears of new tokens. */
class KeptTokensTest {

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();

    /** Only the threads that may block are of interest. */
    private final Env env = (Env) Proxy.newProxyInstance(
            Env.class.getClassLoader(), new Class<?>[] {Env.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("io")) {
                    return (Executor) threads::add;
                }
                throw new UnsupportedOperationException(method.getName());
            });

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
