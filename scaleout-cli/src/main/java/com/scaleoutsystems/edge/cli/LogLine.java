package com.scaleoutsystems.edge.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** A line of the log, the same in every locale: the formatter of the JDK writes the time in the digits of the user's language. */
public final class LogLine extends Formatter {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    /** A formatter; the log manager makes it. */
    public LogLine() {}

    @Override
    public String format(LogRecord line) {
        return TIME.format(line.getInstant()) + " " + line.getLevel().getName() + " " + line.getLoggerName() + ": "
                + formatMessage(line) + System.lineSeparator() + trace(line.getThrown());
    }

    private static String trace(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}
