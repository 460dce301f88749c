package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.scaleoutsystems.edge.client.simulation.LogLines;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;

class LoggersTest {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private static final class Unreadable {

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    /** A logging provider that throws what no signature tells of, as code in Kotlin or Groovy does. */
    private static final class BrokenProvider extends TestLogger {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> boolean sneak() throws T {
            throw (T) new IOException("log collector is away");
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String message, Object[] arguments, Throwable failure) {
            sneak();
        }

        @Override
        public boolean isTraceEnabled() {
            return BrokenProvider.<RuntimeException>sneak();
        }

        @Override
        public boolean isDebugEnabled() {
            return BrokenProvider.<RuntimeException>sneak();
        }
    }

    @Test
    void aProviderThatThrowsACheckedExceptionHarmsNobody() {
        Logger logger = SafeLogger.of(new BrokenProvider());

        assertThatCode(() -> logger.warn("task {} failed", "t")).doesNotThrowAnyException();
        assertThatCode(() -> logger.debug("task {} failed", "t")).doesNotThrowAnyException();
    }

    @Test
    void aLineWhoseLevelIsOffDoesNotReadItsArguments() {
        boolean[] read = {false};
        Object argument = new Object() {
            @Override
            public String toString() {
                read[0] = true;
                return "read";
            }
        };

        LOG.debug("the client has {}", argument);
        assertThat(read[0]).isFalse();
        LOG.warn("the client has {}", argument);
        assertThat(read[0]).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\nERROR forged",
                "\r\nERROR forged",
                "\u0085ERROR forged",
                "\u2028ERROR forged",
                "\u001b[2K\u001b[GERROR forged",
                "\b\b\b\bERROR forged",
                "\u202edegrof RORRE"
            })
    void anArgumentStaysOnItsLine(String hostile) {
        try (LogLines lines = new LogLines()) {
            LOG.warn("task {} failed", hostile);
            LOG.warn("task {} ({}) failed", hostile, List.of(hostile));
            LOG.atLevel(Level.WARN).log("task {} {} {} failed", hostile, 1, hostile);
            new SaidOnce(System::nanoTime).fails(LOG, new IllegalStateException(hostile), "task {} failed", hostile);
            LOG.warn(hostile);

            assertThat(lines.with("")).hasSize(5).allMatch(line -> line.contains(Loggers.TASK));
            assertThat(lines.with("").stream().flatMapToInt(String::codePoints))
                    .noneMatch(character -> character < ' ' || character == 0x85 || character == 0x202e);
        }
    }

    @Test
    void anExceptionStaysOnItsLines() {
        try (LogLines lines = new LogLines()) {
            LOG.warn(
                    "task {} failed",
                    "t",
                    new IllegalStateException("\nERROR forged", new RuntimeException("\nERROR forged")));

            assertThat(lines.with("ERROR forged")).hasSize(2).noneMatch(line -> line.startsWith("ERROR"));
            assertThat(lines.with("at " + LoggersTest.class.getName())).isNotEmpty();
        }
    }

    @Test
    void whatNeedsNoCareIsLoggedAsItIs() {
        try (LogLines lines = new LogLines()) {
            LOG.warn("{} of {} at {}: {}", 1, "ä  b", 2.5, null);
            LOG.debug("not shown");
            LOG.warn("{} cannot be read", new Unreadable());

            assertThat(lines.with("1 of ä  b at 2.5: null")).hasSize(1);
            assertThat(lines.with("unreadable " + Unreadable.class.getName())).hasSize(1);
            assertThat(lines.with("")).hasSize(2);
        }
    }
}
