package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What clients share does for each of them what it does for one, and is closed once. */
class SharedUseTest {

    private final List<String> called = new ArrayList<>();
    private final Users users = new Users(() -> called.add("closed"));

    private <T> T recording(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            called.add(method.getName());
            return method.getReturnType() == boolean.class ? true : null;
        }));
    }

    private <T> void allMethodsReachTheShared(Class<T> type, BiFunction<T, Runnable, T> use) throws Exception {
        T used = use.apply(recording(type), users.join());
        for (Method method : type.getMethods()) {
            if (Modifier.isStatic(method.getModifiers()) || method.getName().equals("close")) {
                continue;
            }
            called.clear();
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(parameter -> parameter == boolean.class ? (Object) true : null)
                    .toArray();
            method.invoke(used, arguments);
            assertThat(called).containsExactly(method.getName());
        }
        called.clear();
    }

    @Test
    void aSharedStoreAndCacheHaveAllMethods() throws Exception {
        allMethodsReachTheShared(StateStore.class, SharedStateStore::new);
        allMethodsReachTheShared(ModelCache.class, SharedModelCache::new);
    }

    @Test
    void theLastUserCloses() {
        StateStore first = new SharedStateStore(recording(StateStore.class), users.join());
        StateStore second = new SharedStateStore(recording(StateStore.class), users.join());

        first.close();
        first.close();
        assertThat(called).isEmpty();

        second.close();
        assertThat(called).containsExactly("closed");
    }
}
