package com.scaleoutsystems.edge.sandbox.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.fault.Abilities;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Duration LONG = Duration.ofHours(1);
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    private final ServerSocket target = new ServerSocket(0, 10, HOST);
    private volatile Relay relay;

    RelayTest() throws IOException {
        target.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        relay.stop();
        target.close();
    }

    @Test
    void connectionThatOneSideHasEndedIsReset() throws IOException {
        open(new ServerSocket(), Duration.ofMillis(10));
        try (Socket client = connect();
                Socket behind = accept()) {
            client.shutdownOutput();

            assertThat(behind.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void doorThatFailsForAMomentStaysOpen() throws IOException {
        open(
                new ServerSocket() {
                    private boolean failed;

                    @Override
                    public Socket accept() throws IOException {
                        if (!failed) {
                            failed = true;
                            throw new IOException("Too many open files");
                        }
                        return super.accept();
                    }
                },
                LONG);

        try (Socket client = connect();
                Socket behind = accept()) {
            behind.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void connectionThatComesWithTheStopIsClosed() throws IOException {
        open(
                new ServerSocket() {
                    @Override
                    public Socket accept() throws IOException {
                        Socket client = super.accept();
                        relay.stop();
                        return client;
                    }
                },
                LONG);

        try (Socket client = connect();
                Socket behind = accept()) {
            assertThat(behind.getInputStream().read()).isEqualTo(-1);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void connectionOfAClientThatIsGoneBeforeItBeginsIsClosed() throws IOException {
        open(
                new ServerSocket() {
                    @Override
                    public Socket accept() throws IOException {
                        Socket client = super.accept();
                        client.close();
                        return client;
                    }
                },
                LONG);

        try (Socket client = connect();
                Socket behind = accept()) {
            assertThat(behind.getInputStream().read()).isEqualTo(-1);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private void open(ServerSocket door, Duration linger) throws IOException {
        Faults faults = new Faults(FaultPlan.none(), Clock.systemUTC(), event -> {}, new Abilities(true, false, true));
        relay = new Relay(
                Fault.API, new InetSocketAddress(HOST, 0), target.getLocalPort(), faults, Thread::new, door, linger);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(HOST, relay.port());
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private Socket accept() throws IOException {
        Socket behind = target.accept();
        behind.setSoTimeout(PATIENCE_MILLIS);
        return behind;
    }
}
