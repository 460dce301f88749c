package com.scaleoutsystems.edge.sandbox.internal.relay;

import com.scaleoutsystems.edge.sandbox.fault.Direction;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.fault.ActiveFault;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection through a relay, and the faults that strike it. The lists are guarded by this object's monitor. */
final class RelayedConnection {
    private static final int BUFFER = 1 << 18;
    private static final int PARTS_OF_A_SECOND = 20;

    private final String server;
    private final Socket client;
    private final Socket behind;
    private final Faults faults;
    private final Duration linger;
    private final Consumer<RelayedConnection> ended;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Set<Integer> tried = new HashSet<>();
    private final List<Suffered> suffered = new ArrayList<>();

    /** The ways on which bytes were lost. Nothing may follow them. */
    private final Set<Direction> swallowed = EnumSet.noneOf(Direction.class);

    private int ways = 2;

    /** A fault that strikes this connection, and how many bytes still pass before it does. */
    private static final class Suffered {
        private final ActiveFault active;
        private long bytesLeft;

        Suffered(ActiveFault active) {
            this.active = active;
            this.bytesLeft = active.fault().bytes();
        }

        FaultKind kind() {
            return active.fault().kind();
        }

        boolean isFor(Direction way) {
            Direction direction = active.fault().direction();
            return active.isActive() && (direction == Direction.BOTH || direction == way);
        }
    }

    /**
     * @param linger how long it stays open after one side has ended its way
     * @param ended hears that both sockets are closed
     */
    RelayedConnection(
            String server,
            Socket client,
            Socket behind,
            Faults faults,
            Duration linger,
            Consumer<RelayedConnection> ended) {
        this.server = server;
        this.client = client;
        this.behind = behind;
        this.faults = faults;
        this.linger = linger;
        this.ended = ended;
    }

    void start(ExecutorService threads) throws IOException {
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        look();
        threads.execute(() -> pass(client, behind, Direction.TO_SERVER));
        threads.execute(() -> pass(behind, client, Direction.TO_CLIENT));
    }

    /** Asks for faults that are new to this connection. Those that need no byte to pass strike at once. */
    void look() {
        List<FaultEvent> events = new ArrayList<>();
        synchronized (this) {
            suffered.removeIf(one -> !one.active.isActive());
            faults.strikeConnection(server, tried, events).forEach(active -> suffered.add(new Suffered(active)));
        }
        events.forEach(faults::announce);
        FaultKind due;
        synchronized (this) {
            due = breaking(0);
        }
        obey(new Verdict(0, 0, due));
    }

    /** Ends the connection if it has swallowed bytes. */
    void mend() {
        boolean lost;
        synchronized (this) {
            lost = !swallowed.isEmpty();
        }
        if (lost) {
            reset();
        }
    }

    private void pass(Socket from, Socket to, Direction way) {
        try {
            copy(from, to, way);
            endOf(to);
            // A server may not see that its client is gone, and then it never ends its own way.
            if (!end.await(linger.toNanos(), TimeUnit.NANOSECONDS)) {
                reset();
            }
        } catch (IOException | InterruptedException gone) {
            end();
        } catch (RuntimeException | Error e) {
            end();
            throw e;
        }
    }

    /** Passes bytes on until their sender ends its way. */
    private void copy(Socket from, Socket to, Direction way) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(buffer, 0, portion(way)); length >= 0; length = in.read(buffer, 0, portion(way))) {
            look();
            Verdict verdict = judge(length, way);
            if (end.await(verdict.nanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            out.write(buffer, 0, verdict.passing());
            obey(verdict);
        }
    }

    /** How many bytes may come at once, so that a slow connection is slow evenly. */
    private synchronized int portion(Direction way) {
        long portion = BUFFER;
        for (Suffered one : suffered) {
            if (one.kind() == FaultKind.BANDWIDTH && one.isFor(way)) {
                portion = Math.min(portion, Math.max(1, one.active.fault().bytes() / PARTS_OF_A_SECOND));
            }
        }
        return (int) portion;
    }

    /** What becomes of some bytes: how many of them pass, how late, and whether the connection breaks after them. */
    private record Verdict(
            int passing, long nanos, @Nullable FaultKind breaks) {}

    private synchronized Verdict judge(int length, Direction way) {
        if (swallowed.contains(way)) {
            return new Verdict(0, 0, swallows(way) ? null : FaultKind.RESET);
        }
        long passing = length;
        long nanos = 0;
        for (Suffered one : suffered) {
            Fault fault = one.active.fault();
            if (!one.isFor(way)) {
                continue;
            }
            switch (one.kind()) {
                case LATENCY -> nanos += fault.delay().toNanos();
                case BANDWIDTH -> nanos += length * TimeUnit.SECONDS.toNanos(1) / fault.bytes();
                case HALF_OPEN -> {
                    passing = Math.min(passing, one.bytesLeft);
                    if (passing < length) {
                        swallowed.add(way);
                    }
                }
                default -> passing = Math.min(passing, one.bytesLeft);
            }
        }
        FaultKind breaks = breaking(length);
        for (Suffered one : suffered) {
            one.bytesLeft = Math.max(0, one.bytesLeft - length);
        }
        return new Verdict((int) passing, nanos, breaks);
    }

    private boolean swallows(Direction way) {
        return suffered.stream().anyMatch(one -> one.kind() == FaultKind.HALF_OPEN && one.isFor(way));
    }

    /** How the connection breaks with so many more bytes, or null. */
    private @Nullable FaultKind breaking(long length) {
        for (Suffered one : suffered) {
            boolean breaks = one.kind() == FaultKind.RESET || one.kind() == FaultKind.CLOSED_CONNECTION;
            if (breaks && one.active.isActive() && one.bytesLeft <= length) {
                return one.kind();
            }
        }
        return null;
    }

    private void obey(Verdict verdict) {
        if (verdict.breaks() == FaultKind.RESET) {
            reset();
        } else if (verdict.breaks() == FaultKind.CLOSED_CONNECTION) {
            end();
        }
    }

    /** Who hangs up on a connection that swallows everything is not heard either. */
    private void endOf(Socket to) throws IOException {
        boolean last;
        synchronized (this) {
            last = --ways == 0;
            if (!last && !swallowed.isEmpty()) {
                return;
            }
        }
        if (last) {
            end();
        } else {
            to.shutdownOutput();
        }
    }

    private void reset() {
        abort(client);
        abort(behind);
        end();
    }

    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    void end() {
        end.countDown();
        close(client);
        close(behind);
        ended.accept(this);
    }

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }
}
