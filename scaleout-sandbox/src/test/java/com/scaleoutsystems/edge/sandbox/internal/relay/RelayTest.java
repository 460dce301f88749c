package com.scaleoutsystems.edge.sandbox.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
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
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Duration LONG = Duration.ofHours(1);
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    private final ServerSocket target = new ServerSocket(0, 10, HOST);
    private final List<Throwable> lacks = new CopyOnWriteArrayList<>();
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

    @Test
    void connectionThatGetsNoThreadIsClosedAndTheNextOneWorks() throws IOException {
        AtomicInteger threads = new AtomicInteger();
        open(new ServerSocket(), LONG, faults(event -> {}), task -> {
            // The first one is that of the door.
            if (threads.incrementAndGet() == 2) {
                throw new OutOfMemoryError("planned by a test");
            }
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((failed, lack) -> lacks.add(lack));
            return thread;
        });

        try (Socket client = connect();
                Socket behind = accept()) {
            assertThat(behind.getInputStream().read()).isEqualTo(-1);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket client = connect();
                Socket behind = accept()) {
            behind.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
        assertThat(lacks).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    /** Each of two connections is struck on a thread of its own, and both listeners look at all connections then. */
    @Test
    void listenerMayChangeFaults() throws IOException {
        CyclicBarrier bothStruck = new CyclicBarrier(2);
        Faults faults = faults(event -> {
            if (event.struck()) {
                try {
                    bothStruck.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                    throw new IllegalStateException(e);
                }
                relay.mend();
                relay.look();
            }
        });
        open(new ServerSocket(), LONG, faults, Thread::new);

        try (Socket first = connect();
                Socket behindFirst = accept();
                Socket second = connect();
                Socket behindSecond = accept()) {
            awaitPassing(first, behindFirst);
            awaitPassing(second, behindSecond);
            faults.add(Fault.latency(Duration.ofMillis(1)).withCall(Fault.API));
            first.getOutputStream().write(7);
            second.getOutputStream().write(8);

            assertThat(behindFirst.getInputStream().read()).isEqualTo(7);
            assertThat(behindSecond.getInputStream().read()).isEqualTo(8);
            assertThat(faults.strikes()).isEqualTo(2);
        }
    }

    private static void awaitPassing(Socket client, Socket behind) throws IOException {
        client.getOutputStream().write(1);
        assertThat(behind.getInputStream().read()).isEqualTo(1);
    }

    private static Faults faults(Consumer<FaultEvent> listener) {
        return new Faults(FaultPlan.none(), Clock.systemUTC(), listener, new Abilities(true, false, true));
    }

    private void open(ServerSocket door, Duration linger) throws IOException {
        open(door, linger, faults(event -> {}), Thread::new);
    }

    private void open(ServerSocket door, Duration linger, Faults faults, ThreadFactory threads) throws IOException {
        relay = new Relay(
                Fault.API, new InetSocketAddress(HOST, 0), target.getLocalPort(), faults, threads, door, linger);
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
