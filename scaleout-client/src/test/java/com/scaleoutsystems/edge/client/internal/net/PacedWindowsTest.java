package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.RateLimit;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Downloads in virtual time, from a server that sends whatever the windows have room for. */
class PacedWindowsTest {

    private static final int PER_SECOND = 1 << 20;
    private static final int WINDOW = PER_SECOND / 4;
    private static final int FRAME = 16 << 10;

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final RateLimit limit = new RateLimit(PER_SECOND, 0, env);
    private final DefaultHttp2Connection connection = new DefaultHttp2Connection(false);
    private final Map<Integer, Integer> room = new HashMap<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private PacedWindows windows;
    private long received;

    @BeforeEach
    void connect() throws Http2Exception {
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection) {
            @Override
            public boolean consumeBytes(Http2Stream stream, int bytes) {
                room.merge(stream.id(), bytes, Integer::sum);
                return true;
            }

            @Override
            public void channelHandlerContext(ChannelHandlerContext context) {
                // Nothing is written here.
            }
        });
        windows = new PacedWindows(connection, limit, WINDOW / 4, env);
        windows.install();
        windows.channelHandlerContext(channel.pipeline().firstContext());
    }

    /** Begins a download in its turn, as Bandwidth does. */
    private void download(int id) {
        env.schedule(limit.take(WINDOW), () -> {
            try {
                Http2Stream stream = connection.local().createStream(id, false);
                windows.pace(id);
                room.put(id, WINDOW);
                fill(stream);
            } catch (Http2Exception failure) {
                throw new AssertionError(failure);
            }
        });
    }

    /** The server sends, and the client takes what comes. */
    private void fill(Http2Stream stream) throws Http2Exception {
        int frame = Math.min(FRAME, room.getOrDefault(stream.id(), 0));
        if (frame > 0) {
            room.merge(stream.id(), -frame, Integer::sum);
            received += frame;
            assertThat(received).isLessThanOrEqualTo((long) (PER_SECOND * (env.nanos() / 1e9)) + WINDOW + WINDOW / 4);
            connection.local().flowController().consumeBytes(stream, frame);
        }
        channel.runPendingTasks();
        Duration next = frame > 0 ? Duration.ofNanos(100_000) : Duration.ofMillis(1);
        env.schedule(next, () -> {
            try {
                fill(stream);
            } catch (Http2Exception failure) {
                throw new AssertionError(failure);
            }
        });
    }

    private void runFor(Duration time) {
        long end = env.nanos() + time.toNanos();
        env.runUntil(() -> env.nanos() >= end, time.plusSeconds(1));
    }

    @Test
    void aDownloadKeepsTheRateFromTheStart() {
        download(1);

        runFor(Duration.ofSeconds(2));
        assertThat(received).isBetween((long) (1.9 * PER_SECOND), (long) (2.1 * PER_SECOND));

        runFor(Duration.ofSeconds(8));
        assertThat(received).isBetween((long) (9.8 * PER_SECOND), (long) (10.1 * PER_SECOND));
    }

    @Test
    void downloadsShareTheRate() {
        download(1);
        download(3);
        download(5);

        runFor(Duration.ofSeconds(10));

        // The windows of the two that began later are sent in the turns of their beginnings.
        assertThat(received).isBetween((long) (9.5 * PER_SECOND), (long) (10.1 * PER_SECOND));
    }

    @Test
    void otherStreamsHaveRoomAtOnce() throws Http2Exception {
        download(1);
        runFor(Duration.ofSeconds(1));
        Http2Stream poll = connection.local().createStream(3, false);

        boolean told = connection.local().flowController().consumeBytes(poll, 5_000);

        assertThat(told).isTrue();
        assertThat(room).containsEntry(3, 5_000);
    }
}
