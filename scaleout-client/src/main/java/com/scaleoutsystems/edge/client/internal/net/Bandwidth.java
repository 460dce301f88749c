package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.RateLimit;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bandwidth that the model transfers of one client may use, all of them together. An upload asks for a turn for each chunk that it
 * sends. A download asks for a turn before it begins, because the server may fill the window of its stream at once. From then on
 * {@link PacedWindows} lets the server send more only as fast as the limit allows.
 *
 * <p>The answer to each call gets a mark that names its stream, because gRPC does not show it. A download gives the mark back to
 * {@link #begins}.
 */
public final class Bandwidth {

    private static final String NAME = "scaleout-stream";
    private static final Metadata.Key<String> KEY = Metadata.Key.of(NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final AsciiString HEADER = AsciiString.of(NAME);

    /** The largest frame of HTTP/2, unless the two sides agree on another one. */
    private static final int SMALLEST_WINDOW = 16 << 10;

    /** gRPC's own window. */
    private static final int LARGEST_WINDOW = 1 << 20;

    /** What late timers and threads have missed is made up for, but not more than this part of a second. */
    private static final int CREDITS_A_SECOND = 32;

    private static final int CHUNKS_A_SECOND = 16;
    private static final int SMALLEST_CHUNK = 4 << 10;

    private final Optional<RateLimit> limit;
    private final Env env;
    private final Map<String, PacedWindows> connections = new ConcurrentHashMap<>();
    private final AtomicLong lastConnection = new AtomicLong();

    /**
     * The bandwidth of one client.
     *
     * @param perSecond the bytes that may pass in a second; empty if the network alone decides
     */
    public Bandwidth(OptionalLong perSecond, Env env) {
        this.limit = perSecond.isPresent()
                ? Optional.of(new RateLimit(perSecond.getAsLong(), perSecond.getAsLong() / CREDITS_A_SECOND, env))
                : Optional.empty();
        this.env = env;
    }

    /** How many bytes a server may send before the client has taken any of them; empty if gRPC decides. */
    OptionalInt window() {
        return limit.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int) between(SMALLEST_WINDOW, limit.get().perSecond() / 4, LARGEST_WINDOW));
    }

    /** The largest chunk that an upload may send, so that the bytes flow evenly. */
    public int chunk(int wanted) {
        return limit.isEmpty()
                ? wanted
                : (int) Math.min(wanted, Math.max(SMALLEST_CHUNK, limit.get().perSecond() / CHUNKS_A_SECOND));
    }

    private static long between(long least, long wanted, long most) {
        return Math.max(least, Math.min(wanted, most));
    }

    /** Takes a turn for this number of bytes, and gives the time until it comes. */
    public Duration take(int bytes) {
        return limit.map(rate -> rate.take(bytes)).orElse(Duration.ZERO);
    }

    /** Takes a turn for a download that is to begin, and gives the time until it comes. */
    public Duration takeWindow() {
        return take(window().orElse(0));
    }

    /** A download has ended well: all that came was counted when it came. */
    public void giveWindowBack() {
        limit.ifPresent(rate -> rate.giveBack(window().orElse(0)));
    }

    /** How long a transfer may wait for its next turn. */
    public Duration untilNext() {
        return limit.map(RateLimit::untilNext).orElse(Duration.ZERO);
    }

    /**
     * What the call brings from now on is counted. To be called on the thread that brings the metadata, before it brings more.
     *
     * @param metadata the beginning of the answer
     */
    public void begins(Metadata metadata) {
        String mark = metadata.get(KEY);
        int stream = mark == null ? 0 : mark.indexOf('/') + 1;
        PacedWindows connection = mark == null ? null : connections.get(mark.substring(0, stream));
        if (connection != null) {
            connection.pace(Integer.parseInt(mark.substring(stream)));
        }
    }

    /** Counts what downloads bring over a connection that is not used yet. Without a limit, it only lets them come in large frames. */
    void watch(GrpcHttp2ConnectionHandler handler) {
        if (limit.isEmpty()) {
            LargeFrames.allow(handler);
        }
        limit.ifPresent(rate -> {
            String name = lastConnection.incrementAndGet() + "/";
            new PacedWindows(handler.connection(), rate, window().orElseThrow() / 4, env) {
                @Override
                void opened() {
                    connections.put(name, this);
                }

                @Override
                void closed() {
                    connections.remove(name);
                }
            }.install();
            ReadHeaders.change(handler, (stream, headers) -> headers.set(HEADER, AsciiString.of(name + stream)));
        });
    }
}
