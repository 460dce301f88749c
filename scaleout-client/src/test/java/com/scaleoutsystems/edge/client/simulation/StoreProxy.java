package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores that a test listens to or disturbs. */
final class StoreProxy {

    /** Stands before a store. */
    private interface Calls {

        @Nullable
        Object answer(Method method, Object[] given) throws Throwable;
    }

    private StoreProxy() {}

    /** The same adapters with a store that shows each commit before it is made. */
    static Adapters counting(Adapters adapters, BiConsumer<VirtualEnv, Batch> commits) {
        return with(adapters, (method, given) -> {
            if (method.getName().equals("commit")) {
                commits.accept((VirtualEnv) adapters.env(), (Batch) given[1]);
            }
            return real(adapters.store(), method, given);
        });
    }

    /** The same adapters with a store that runs this before it reads. */
    static Adapters reading(Adapters adapters, Runnable before) {
        return with(adapters, (method, given) -> {
            if (method.getName().equals("read")) {
                before.run();
            }
            return real(adapters.store(), method, given);
        });
    }

    /** The same adapters with a store that counts as durable, and whose answers to commits are changed in this way. */
    static Adapters answering(Adapters adapters, UnaryOperator<CompletionStage<@Nullable Void>> answers) {
        return with(adapters, (method, given) -> switch (method.getName()) {
            case "isDurable" -> true;
            case "commit" -> answers.apply(adapters.store().commit((String) given[0], (Batch) given[1]));
            default -> real(adapters.store(), method, given);
        });
    }

    /** The same adapters with a store that counts as durable, and shows each commit before it is made. */
    static Adapters durable(Adapters adapters, Consumer<Batch> commits) {
        return with(adapters, (method, given) -> {
            if (method.getName().equals("isDurable")) {
                return true;
            }
            if (method.getName().equals("commit")) {
                commits.accept((Batch) given[1]);
            }
            return real(adapters.store(), method, given);
        });
    }

    /** The same store, which counts as durable. */
    static StateStore onDisk(StateStore store) {
        return with(store, (method, given) -> method.getName().equals("isDurable") ? true : real(store, method, given));
    }

    /** The same store, which reads slowly. */
    static StateStore slow(StateStore store, VirtualEnv env, Duration reading) {
        return with(store, (method, given) -> {
            Object answer = real(store, method, given);
            if (!method.getName().equals("read")) {
                return answer;
            }
            CompletableFuture<@Nullable Void> time = new CompletableFuture<>();
            env.schedule(reading, () -> time.complete(null));
            return time.thenCompose(over -> (CompletionStage<?>) answer);
        });
    }

    private static @Nullable Object real(StateStore store, Method method, Object[] given) throws Throwable {
        try {
            return method.invoke(store, given);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static StateStore with(StateStore store, Calls calls) {
        return (StateStore) Proxy.newProxyInstance(
                store.getClass().getClassLoader(),
                new Class<?>[] {StateStore.class},
                (proxy, method, given) -> calls.answer(method, given));
    }

    private static Adapters with(Adapters adapters, Calls calls) {
        return new Adapters(
                adapters.env(),
                with(adapters.store(), calls),
                adapters.blobs(),
                adapters.models(),
                adapters.directory(),
                adapters.apis(),
                adapters.transports());
    }
}
