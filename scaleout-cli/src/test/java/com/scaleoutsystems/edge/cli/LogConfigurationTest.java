package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogConfigurationTest {

    private final Logger client = Logger.getLogger("scaleout.client");
    private final Logger headers = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler");

    @AfterEach
    void restore() throws IOException {
        LogConfiguration.level(Level.WARNING);
        LogManager.getLogManager().readConfiguration();
    }

    @Test
    void debugShowsWhatTheClientDoesButNotTheHeadersWithItsToken() throws IOException {
        LogConfiguration.level(Level.FINE);
        new LogConfiguration();

        assertThat(client.isLoggable(Level.FINE)).isTrue();
        assertThat(headers.isLoggable(Level.FINE)).isFalse();
        assertThat(headers.isLoggable(Level.INFO)).isTrue();
    }

    @Test
    void aSilentLogIsSilentEverywhere() throws IOException {
        LogConfiguration.level(Level.OFF);
        new LogConfiguration();

        assertThat(client.isLoggable(Level.SEVERE)).isFalse();
        assertThat(headers.isLoggable(Level.SEVERE)).isFalse();
    }
}
