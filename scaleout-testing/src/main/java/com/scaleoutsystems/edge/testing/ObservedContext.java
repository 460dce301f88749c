package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.TaskContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The context that the client gives to the callback, with someone who watches the calls. A proxy, so that a new kind of record needs no
 * method here: whatever gives a receipt is a record.
 */
final class ObservedContext implements InvocationHandler {

    private final TaskContext task;
    private final Observation seen;

    private ObservedContext(TaskContext task, Observation seen) {
        this.task = task;
        this.seen = seen;
    }

    static TaskContext of(TaskContext task, Observation seen) {
        return (TaskContext) Proxy.newProxyInstance(
                TaskContext.class.getClassLoader(),
                new Class<?>[] {TaskContext.class},
                new ObservedContext(task, seen));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("isAborted") || method.getName().equals("checkAbort")) {
            seen.check(task);
        }
        Object result = called(method, arguments);
        if (result instanceof Delivery receipt) {
            return seen.logged(receipt);
        }
        if (method.getName().equals("progress") && arguments != null) {
            seen.progressed(task, (double) arguments[0]);
        }
        return result;
    }

    private @Nullable Object called(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(task, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
