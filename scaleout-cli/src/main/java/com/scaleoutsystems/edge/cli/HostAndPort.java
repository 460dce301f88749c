package com.scaleoutsystems.edge.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A host and a port, as {@code host:port} or {@code [address]:port}.
 *
 * @param host a name or address, without brackets
 * @param port 1 to 65535
 */
record HostAndPort(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+)):(\\d{1,5})");

    /** Reads it from an option. */
    static final class Converter implements ITypeConverter<HostAndPort> {

        @Override
        public HostAndPort convert(String text) {
            Matcher parts = FORM.matcher(text);
            int port = parts.matches() ? Integer.parseInt(parts.group(3)) : 0;
            if (port < 1 || port > 65_535) {
                throw new TypeConversionException("'" + text + "' is not HOST:PORT, such as combiner.example.org:443");
            }
            return new HostAndPort(parts.group(1) != null ? parts.group(1) : parts.group(2), port);
        }
    }
}
