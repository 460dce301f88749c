package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.spi.LocationAwareLogger;

/**
 * Passes on what is logged so that each message is one line, whatever its arguments hold, and shows no token. Never throws: a logging
 * provider that fails must not break the step that logs. A proxy, because slf4j 1.7 and 2 have no class in common to extend.
 */
final class SafeLogger implements InvocationHandler {

    private final Logger to;

    private SafeLogger(Logger to) {
        this.to = to;
    }

    /** A logger that passes on to another. */
    static Logger of(Logger to) {
        return (Logger) Proxy.newProxyInstance(
                SafeLogger.class.getClassLoader(), new Class<?>[] {Logger.class}, new SafeLogger(to));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
        if (method.isDefault()) {
            // What slf4j 2 has beside the methods below ends in these.
            return InvocationHandler.invokeDefault(proxy, method, given);
        }
        if (method.getReturnType() == boolean.class && method.getDeclaringClass() == Logger.class) {
            return isEnabled(method, given);
        }
        if (method.getReturnType() != void.class || given == null) {
            return method.invoke(method.getDeclaringClass() == Logger.class ? to : this, given);
        }
        try {
            log(proxy, Level.valueOf(method.getName().toUpperCase(Locale.ROOT)), method.getParameterTypes(), given);
        } catch (Throwable broken) {
            // The provider loses this line. There is no other place to say so.
            return null;
        }
        return null;
    }

    private boolean isEnabled(Method method, @Nullable Object @Nullable [] given) {
        try {
            return (boolean) method.invoke(to, given);
        } catch (Throwable broken) {
            return false;
        }
    }

    private boolean isEnabled(Level level) {
        return switch (level) {
            case ERROR -> to.isErrorEnabled();
            case WARN -> to.isWarnEnabled();
            case INFO -> to.isInfoEnabled();
            case DEBUG -> to.isDebugEnabled();
            case TRACE -> to.isTraceEnabled();
        };
    }

    /**
     * Takes apart what a method of the logger was given: a marker or none, a message, and nothing, a failure, one or two arguments or an
     * array of them.
     */
    private void log(Object proxy, Level level, Class<?>[] types, @Nullable Object[] given) {
        int message = types[0] == Marker.class ? 1 : 0;
        if (message == 0 && !isEnabled(level)) {
            // Most lines are for DEBUG: they must not cost the time that it takes to make them safe.
            return;
        }
        List<@Nullable Object> arguments = new ArrayList<>();
        for (int index = message + 1; index < given.length; index++) {
            arguments.addAll(
                    given[index] instanceof Object[] several ? Arrays.asList(several) : Arrays.asList(given[index]));
        }
        Throwable failure = null;
        // As in slf4j: the only argument is a failure to print with its stack only if the method says so.
        boolean mayFail = arguments.size() > 1 || types[types.length - 1] != Object.class;
        if (mayFail && !arguments.isEmpty() && arguments.get(arguments.size() - 1) instanceof Throwable last) {
            failure = Failures.loggable(last);
            arguments.remove(arguments.size() - 1);
        }
        arguments.replaceAll(SafeLogger::safe);
        pass(proxy, level, ServerText.argument(String.valueOf(given[message])), arguments, failure);
    }

    private void pass(
            Object proxy, Level level, String message, List<@Nullable Object> arguments, @Nullable Throwable failure) {
        if (to instanceof LocationAwareLogger aware) {
            // What comes right above the proxy is the caller, for a provider that prints the line of code.
            aware.log(null, proxy.getClass().getName(), level.toInt(), message, arguments.toArray(), failure);
            return;
        }
        if (failure != null) {
            arguments.add(failure);
        }
        Loggers.log(to, level, message, arguments.toArray());
    }

    private static @Nullable Object safe(@Nullable Object argument) {
        if (argument == null || argument instanceof Number || argument instanceof Boolean) {
            return argument;
        }
        try {
            return ServerText.argument(String.valueOf(argument));
        } catch (Throwable unreadable) {
            return "an unreadable " + argument.getClass().getName();
        }
    }
}
