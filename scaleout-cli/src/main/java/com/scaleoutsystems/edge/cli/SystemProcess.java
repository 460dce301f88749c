package com.scaleoutsystems.edge.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The real process. Signals are heard through {@code sun.misc.Signal}, which every JDK has in its module {@code jdk.unsupported}: a
 * shutdown hook would not do, since it runs when the JVM already ends, with the exit code of the signal, and does not see a second
 * signal. By reflection, because the compiler warns of that class and no option stops the warning.
 */
final class SystemProcess implements ProcessControl {

    private static final List<String> STOP = List.of("TERM", "INT");

    @Override
    public Handler onStop(Runnable action) {
        List<Runnable> undo = new ArrayList<>();
        for (String name : STOP) {
            try {
                undo.add(handle(name, action));
            } catch (ReflectiveOperationException | IllegalArgumentException unheard) {
                // Unknown to the system, or kept by the JVM (-Xrs): the signal then does what it always does.
            }
        }
        return () -> undo.forEach(Runnable::run);
    }

    private static Runnable handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object signal = type.getConstructor(String.class).newInstance(name);
        Method handle = type.getMethod("handle", type, handlerType);
        Object handler = Proxy.newProxyInstance(
                SystemProcess.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        Object before = invoke(handle, signal, handler);
        return () -> {
            try {
                invoke(handle, signal, before);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the handler of " + name + " could not be put back", e);
            }
        };
    }

    private static Object invoke(Method handle, Object signal, Object handler) throws ReflectiveOperationException {
        try {
            return handle.invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw e;
        }
    }

    @Override
    public Handler onOutOfMemory(Consumer<OutOfMemoryError> action) {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            OutOfMemoryError error = LackOfMemory.in(failure);
            if (error != null) {
                action.accept(error);
            } else if (before != null) {
                before.uncaughtException(thread, failure);
            } else {
                // What Java does without a handler.
                System.err.print("Exception in thread \"" + thread.getName() + "\" ");
                failure.printStackTrace();
            }
        });
        return () -> Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Override
    public void halt(int exitCode) {
        Runtime.getRuntime().halt(exitCode);
    }
}
