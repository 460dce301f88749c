package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Passes on what is logged so that each message is one line, whatever its arguments hold, and shows no token. Never throws: a logging
 * provider that fails must not break the step that logs.
 */
final class SafeLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    /** What comes right above is the caller, for a provider that prints the line of code. */
    private static final String CALLED = AbstractLogger.class.getName();

    private final transient Logger to;

    SafeLogger(Logger to) {
        this.to = to;
        this.name = to.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String message,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        try {
            log(level, message, arguments, failure);
        } catch (Throwable broken) {
            // The provider loses this line. There is no other place to say so.
            return;
        }
    }

    private void log(
            Level level, String message, @Nullable Object @Nullable [] arguments, @Nullable Throwable failure) {
        LoggingEventBuilder event = to.makeLoggingEventBuilder(level);
        if (event instanceof CallerBoundaryAware aware) {
            aware.setCallerBoundary(CALLED);
        }
        if (arguments != null) {
            for (Object argument : arguments) {
                event = event.addArgument(safe(argument));
            }
        }
        if (failure != null) {
            event = event.setCause(Failures.loggable(failure));
        }
        event.log(ServerText.argument(message));
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

    @Override
    protected String getFullyQualifiedCallerName() {
        return CALLED;
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(to::isTraceEnabled);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(to::isDebugEnabled);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(to::isInfoEnabled);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(to::isWarnEnabled);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(to::isErrorEnabled);
    }

    private static boolean isEnabled(BooleanSupplier answer) {
        try {
            return answer.getAsBoolean();
        } catch (Throwable broken) {
            return false;
        }
    }
}
