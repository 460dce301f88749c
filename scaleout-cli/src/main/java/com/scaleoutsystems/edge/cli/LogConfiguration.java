package com.scaleoutsystems.edge.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;

/**
 * Logs of the client and of gRPC go one way, {@code java.util.logging}, to standard error. Made by the log manager when the first
 * logger is asked for, which is after the arguments were read.
 */
public final class LogConfiguration {

    private static final String CLASS = "java.util.logging.config.class";
    private static final List<String> USERS_OWN = List.of(CLASS, "java.util.logging.config.file");

    /** gRPC writes the headers of each call here, at FINE, and with them the client's token. */
    private static final String HEADERS = "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler";

    /** gRPC writes a stack trace here, at WARNING, for each client that goes in the middle of a download. */
    private static final String GONE = "io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler";

    private static volatile Level level = Level.WARNING;

    /**
     * Configures the log manager.
     *
     * @throws IOException never, because the configuration is a text in memory
     */
    public LogConfiguration() throws IOException {
        LogManager.getLogManager()
                .readConfiguration(new ByteArrayInputStream(properties().getBytes(StandardCharsets.ISO_8859_1)));
    }

    static String properties() {
        return String.join(
                "\n",
                "handlers = java.util.logging.ConsoleHandler",
                ".level = " + level.getName(),
                HEADERS + ".level = " + (level.intValue() < Level.INFO.intValue() ? Level.INFO : level).getName(),
                GONE + ".level = " + (level.intValue() < Level.INFO.intValue() ? level : Level.SEVERE).getName(),
                "java.util.logging.ConsoleHandler.level = ALL",
                "java.util.logging.ConsoleHandler.formatter = " + LogLine.class.getName());
    }

    /** Has the log manager use this, unless the user has chosen otherwise. */
    static void install() {
        if (USERS_OWN.stream().allMatch(property -> System.getProperty(property) == null)) {
            System.setProperty(CLASS, LogConfiguration.class.getName());
        }
    }

    /** Sets how much is logged. */
    static void level(Level least) {
        level = least;
    }
}
