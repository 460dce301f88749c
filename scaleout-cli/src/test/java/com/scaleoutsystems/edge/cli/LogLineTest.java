package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {

    private final Locale usual = Locale.getDefault();

    @AfterEach
    void goHome() {
        Locale.setDefault(usual);
    }

    private static LogRecord line(Level level, String text) {
        LogRecord line = new LogRecord(level, text);
        line.setLoggerName("scaleout.client");
        return line;
    }

    /** In these locales the JDK's own formatter writes other digits or another level. */
    @ParameterizedTest
    @ValueSource(
            strings = {"en", "ar-EG-u-nu-arab", "fa-IR-u-nu-arabext", "th-TH-u-nu-thai", "hi-IN-u-nu-deva", "de", "tr"})
    void lineIsTheSameInEveryLocale(String locale) {
        Locale.setDefault(Locale.forLanguageTag(locale));

        assertThat(new LogLine().format(line(Level.WARNING, "text")))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4} WARNING scaleout\\.client: text\\R");
    }

    @Test
    void exceptionFollowsItsLine() {
        LogRecord line = line(Level.SEVERE, "text");
        line.setThrown(new IllegalStateException("boom", new ArithmeticException("why")));

        assertThat(new LogLine().format(line).lines())
                .startsWith(
                        new LogLine().format(line).lines().findFirst().orElseThrow(),
                        "java.lang.IllegalStateException: boom")
                .contains("Caused by: java.lang.ArithmeticException: why");
    }

    @Test
    void commandLogsWithIt() {
        assertThat(LogConfiguration.properties()).contains("ConsoleHandler.formatter = " + LogLine.class.getName());
    }
}
