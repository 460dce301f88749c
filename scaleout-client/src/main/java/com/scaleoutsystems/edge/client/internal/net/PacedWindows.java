package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.RateLimit;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameWriter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2LocalFlowController;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The flow control of what one connection receives. Where gRPC asks for a message, it lets the server send all of it at once, however
 * large it is. HTTP/2 is finer: the server may send what the window of a stream has room for, and the client makes room when it has taken
 * what came. Here the streams of downloads get room at a rate; the other streams of the connection do not wait. Lives on the connection's
 * event loop.
 */
class PacedWindows implements Http2LocalFlowController {

    private static final Logger LOG = Loggers.of(Loggers.TRANSPORT);

    private final Http2Connection connection;
    private final RateLimit limit;
    private final int step;
    private final Env env;
    private final Http2LocalFlowController grpc;
    private final Http2Connection.PropertyKey paced;
    private @Nullable ChannelHandlerContext context;

    /** What a download has taken and the server has no room for yet. */
    private static final class Taken {
        private int bytes;
        private boolean waiting;
    }

    /**
     * The flow control of a connection that is not used yet.
     *
     * @param step how many bytes of room a turn makes, at the most
     */
    PacedWindows(Http2Connection connection, RateLimit limit, int step, Env env) {
        this.connection = connection;
        this.limit = limit;
        this.step = step;
        this.env = env;
        this.grpc = connection.local().flowController();
        this.paced = connection.newKey();
    }

    /** Takes the place of the connection's own flow control. */
    void install() {
        connection.local().flowController(this);
    }

    /** The connection is in use. */
    void opened() {}

    /** The connection has ended. */
    void closed() {}

    /** This stream is a download from now on. */
    void pace(int number) {
        Http2Stream stream = connection.stream(number);
        if (stream != null && stream.getProperty(paced) == null) {
            stream.setProperty(paced, new Taken());
        }
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext given) throws Http2Exception {
        context = given;
        opened();
        var unused = given.channel().closeFuture().addListener(end -> closed());
        grpc.channelHandlerContext(given);
    }

    @Override
    public boolean consumeBytes(Http2Stream stream, int bytes) throws Http2Exception {
        Taken taken = stream == null ? null : stream.getProperty(paced);
        if (taken == null) {
            return grpc.consumeBytes(stream, bytes);
        }
        taken.bytes += bytes;
        return makeRoom(stream, taken);
    }

    /**
     * Makes room for what was taken, as far as its turn has come, and sets a timer for the rest.
     *
     * @return whether the server is to hear of more room
     */
    private boolean makeRoom(Http2Stream stream, Taken taken) throws Http2Exception {
        boolean more = false;
        while (taken.bytes > 0 && !taken.waiting) {
            int turn = Math.min(taken.bytes, step);
            taken.bytes -= turn;
            Duration wait = limit.take(turn);
            if (wait.isZero()) {
                more |= grpc.consumeBytes(stream, turn);
            } else {
                taken.waiting = true;
                env.after(
                        wait,
                        () -> onLoop(loop -> {
                            taken.waiting = false;
                            // Does nothing if the stream has ended meanwhile.
                            boolean room = grpc.consumeBytes(stream, turn);
                            if (makeRoom(stream, taken) || room) {
                                loop.flush();
                            }
                        }));
            }
        }
        return more;
    }

    private interface Step {
        void take(ChannelHandlerContext loop) throws Http2Exception;
    }

    private void onLoop(Step step) {
        ChannelHandlerContext loop = context;
        if (loop == null || !loop.channel().isActive()) {
            return;
        }
        try {
            loop.executor().execute(() -> {
                try {
                    step.take(loop);
                } catch (Http2Exception failure) {
                    loop.fireExceptionCaught(failure);
                }
            });
        } catch (RejectedExecutionException noLoop) {
            LOG.debug("a connection ended while a download waited for its turn", noLoop);
        }
    }

    @Override
    public Http2LocalFlowController frameWriter(Http2FrameWriter writer) {
        grpc.frameWriter(writer);
        return this;
    }

    @Override
    public void receiveFlowControlledFrame(Http2Stream stream, ByteBuf data, int padding, boolean end)
            throws Http2Exception {
        grpc.receiveFlowControlledFrame(stream, data, padding, end);
    }

    @Override
    public int unconsumedBytes(Http2Stream stream) {
        return grpc.unconsumedBytes(stream);
    }

    @Override
    public int initialWindowSize(Http2Stream stream) {
        return grpc.initialWindowSize(stream);
    }

    @Override
    public void initialWindowSize(int size) throws Http2Exception {
        grpc.initialWindowSize(size);
    }

    @Override
    public int initialWindowSize() {
        return grpc.initialWindowSize();
    }

    @Override
    public int windowSize(Http2Stream stream) {
        return grpc.windowSize(stream);
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int by) throws Http2Exception {
        grpc.incrementWindowSize(stream, by);
    }
}
