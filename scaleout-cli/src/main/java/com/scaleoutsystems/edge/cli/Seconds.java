package com.scaleoutsystems.edge.cli;

import java.math.BigDecimal;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time in seconds, with or without a fraction. */
final class Seconds implements ITypeConverter<Duration> {

    private static final long MOST = Duration.ofDays(365).toSeconds();

    @Override
    public Duration convert(String text) {
        BigDecimal seconds;
        try {
            seconds = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
        if (seconds.signum() <= 0 || seconds.compareTo(BigDecimal.valueOf(MOST)) > 0) {
            throw wrong(text);
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text + "' is no number of seconds above 0, at most " + MOST);
    }
}
