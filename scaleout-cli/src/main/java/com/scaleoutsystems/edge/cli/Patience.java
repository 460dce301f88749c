package com.scaleoutsystems.edge.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.ITypeConverter;

/** A time to wait, in seconds or without limit. */
final class Patience implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return text.equals("forever") ? ChronoUnit.FOREVER.getDuration() : new Seconds().convert(text);
    }
}
