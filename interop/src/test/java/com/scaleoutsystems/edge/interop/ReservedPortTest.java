package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ReservedPortTest {
    @Test
    void aServerMayComeAndGoOnIt() throws IOException {
        try (ReservedPort port = new ReservedPort()) {
            for (int start = 0; start < 3; start++) {
                try (ServerSocket server = server(port, true);
                        Socket client = new Socket(InetAddress.getLoopbackAddress(), port.number());
                        Socket accepted = server.accept()) {
                    assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
                }
            }
        }
    }

    /** A port that the system chooses is one on which a socket that shares with nobody could be. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void betweenTwoStartsTheSystemGivesItToNobody() throws IOException {
        try (ReservedPort port = new ReservedPort()) {
            server(port, true).close();

            assertThatThrownBy(() -> server(port, false)).isInstanceOf(BindException.class);
        }
    }

    private static ServerSocket server(ReservedPort port, boolean reuse) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(reuse);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()));
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }
}
