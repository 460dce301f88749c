package com.scaleoutsystems.edge.client.internal.config;

import com.scaleoutsystems.edge.client.internal.check.Texts;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * A value that came from outside of the program.
 *
 * @param origin where it stands, such as {@code poll_interval in client.yaml} or {@code SCALEOUT_AUTH_TOKEN}
 * @param text the value as it stands there
 * @param secret whether it must not be shown
 */
public record Setting(String origin, String text, boolean secret) {

    private static final int HIGHEST_PORT = 65_535;
    private static final BigDecimal LONGEST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(365).toSeconds());

    /** A yes or no; as with the reference client, {@code 0} and {@code no} are false, but what is neither is refused. */
    public boolean truth() {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false", "no", "0" -> false;
            default -> throw wrong("true or false");
        };
    }

    /** A port. */
    public int port() {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw wrong("a port, 1 to " + HIGHEST_PORT);
        }
        throw wrong("a port, 1 to " + HIGHEST_PORT);
    }

    /** What is made of a whole number; a complaint about the number becomes part of the error. */
    public <T> T number(LongFunction<T> use) {
        long number;
        try {
            number = Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw wrong("a whole number");
        }
        return parsed(written -> use.apply(number));
    }

    /** A time, given in seconds. */
    public Duration seconds() {
        return seconds("a number of seconds above 0");
    }

    /** How long to wait, in seconds or without limit. */
    public Duration patience() {
        return text.strip().equalsIgnoreCase("forever")
                ? ChronoUnit.FOREVER.getDuration()
                : seconds("a number of seconds above 0, or forever");
    }

    private Duration seconds(String expected) {
        try {
            BigDecimal seconds = new BigDecimal(text.strip());
            if (seconds.signum() > 0 && seconds.compareTo(LONGEST_SECONDS) <= 0) {
                return Duration.ofNanos(seconds.movePointRight(9).longValue());
            }
        } catch (NumberFormatException e) {
            throw wrong(expected);
        }
        throw wrong(expected);
    }

    /** A file or folder. */
    public Path path() {
        Texts.requireUndamaged(origin, text);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw wrong("a path; if it has characters outside ASCII, " + Texts.LOCALE_CURE);
        }
    }

    /** What a parser makes of it, whose complaint becomes part of the error. */
    public <T> T parsed(Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": " + e.getMessage(), e.getCause());
        }
    }

    private IllegalArgumentException wrong(String expected) {
        String shown = secret ? "not what it should be" : "'" + text + "'";
        return new IllegalArgumentException(origin + " is " + shown + "; expected " + expected);
    }

    @Override
    public String toString() {
        return origin + (secret ? "=…" : "=" + text);
    }
}
