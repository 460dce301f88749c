package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;

/** Shows each commit before it is made. */
final class CommitCounter {

    private CommitCounter() {}

    /** The same adapters with a store that shows its commits. */
    static Adapters counting(Adapters adapters, BiConsumer<VirtualEnv, Batch> commits) {
        StateStore shown = (StateStore) Proxy.newProxyInstance(
                CommitCounter.class.getClassLoader(), new Class<?>[] {StateStore.class}, (proxy, method, given) -> {
                    if (method.getName().equals("commit")) {
                        commits.accept((VirtualEnv) adapters.env(), (Batch) given[1]);
                    }
                    try {
                        return method.invoke(adapters.store(), given);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
        return new Adapters(
                adapters.env(),
                shown,
                adapters.blobs(),
                adapters.models(),
                adapters.directory(),
                adapters.apis(),
                adapters.transports());
    }
}
