package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.net.AnswerMark;
import com.scaleoutsystems.edge.client.internal.net.Traffic;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A channel whose connection is replaced when it has died silently: a device in between swallows what either side sends, and gRPC
 * would notice that by its pings alone, which servers allow only every five minutes.
 *
 * <p>While a call with a single answer waits for it and there is no sign of life, the channel asks the combiner a question over the same
 * connection. If nothing comes, it asks the question over a second connection. If the combiner answers there, even with an error, and the
 * first connection stays silent, the second one takes its place, and all calls on the first one end with {@link Replaced}. A combiner that
 * is slow, or that hangs altogether, answers over both connections or over neither, and keeps the first.
 */
final class WatchedChannel extends Channel {

    private static final Logger LOG = Loggers.of(Loggers.TRANSPORT);

    /**
     * A channel that connects again by itself when it notices that its connection broke.
     *
     * @param channel makes the calls
     * @param traffic reads what has passed so far
     * @param maxCalls tells how many calls the server takes at a time
     */
    record Connection(ManagedChannel channel, Supplier<Traffic.Reading> traffic, IntSupplier maxCalls) {}

    /** Why a call ended: its connection had died, and another one has taken its place. */
    static final class Replaced extends EdgeException {

        private static final long serialVersionUID = 1;

        Replaced() {
            super(
                    ErrorCode.UNAVAILABLE,
                    "the connection had died silently, and the client opened another one",
                    null,
                    true,
                    1);
        }

        /** Whether a failure has this reason. */
        static boolean isReasonOf(@Nullable Throwable failure) {
            Throwable cause = failure;
            while (cause != null && !(cause instanceof Replaced)) {
                cause = cause.getCause();
            }
            return cause != null;
        }
    }

    private final Supplier<Connection> opening;
    private final Function<Channel, ? extends CompletionStage<?>> question;
    private final Env env;
    private final Strand strand;
    private final Duration patience;
    private final Duration grace;

    /** The calls that wait for their answer, the oldest first, each with the time at which it began. */
    private final Map<Object, Long> waiting = new LinkedHashMap<>();

    private volatile Connection current;
    private @Nullable Connection second;
    private Traffic.Reading lastLife;
    private long lastLifeAt;
    private @Nullable Cancellable watch;
    private boolean doubting;
    private boolean closed;

    /**
     * A channel over a connection that is opened now.
     *
     * @param opening opens connections
     * @param question asks the combiner something that it answers at once, over the channel of a connection
     * @param callTimeout how long a call may wait for its answer: after half of it the connection is in doubt
     */
    WatchedChannel(
            Supplier<Connection> opening,
            Function<Channel, ? extends CompletionStage<?>> question,
            Env env,
            Duration callTimeout) {
        this.opening = opening;
        this.question = question;
        this.env = env;
        this.strand = env.strand("connection");
        this.patience = callTimeout.dividedBy(2);
        this.grace = callTimeout.dividedBy(6);
        this.current = opening.get();
        this.lastLife = current.traffic().get();
        this.lastLifeAt = env.nanos();
    }

    /** How many calls the server takes at a time, at least 1. A further one would wait until another one ends. */
    int maxCalls() {
        return current.maxCalls().getAsInt();
    }

    @Override
    public String authority() {
        return current.channel().authority();
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        Connection connection = current;
        ClientCall<Q, A> call = connection.channel().newCall(method, options);
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                if (method.getType() == MethodType.UNARY) {
                    strand.execute(() -> begun(call));
                }
                try {
                    super.start(new Ending<>(listener, connection, call), headers);
                } catch (Throwable failure) {
                    ended(call);
                    throw failure;
                }
            }
        };
    }

    /** Says why a call ended, and that it waits no longer. */
    private final class Ending<A> extends SimpleForwardingClientCallListener<A> {

        private final Connection connection;
        private final Object call;

        Ending(ClientCall.Listener<A> listener, Connection connection, Object call) {
            super(listener);
            this.connection = connection;
            this.call = call;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            try {
                super.onClose(reason(connection, status), trailers);
            } finally {
                ended(call);
            }
        }
    }

    private void ended(Object call) {
        strand.execute(() -> waiting.remove(call));
    }

    private Status reason(Connection connection, Status status) {
        boolean replaced = !connection.equals(current) && status.getCode() == Status.Code.UNAVAILABLE;
        return replaced ? Status.UNAVAILABLE.withCause(new Replaced()) : status;
    }

    private void begun(Object call) {
        waiting.put(call, env.nanos());
        if (watch == null) {
            listen();
            watchOn();
        }
    }

    /** Notes whether there was a sign of life since the last look. */
    private void listen() {
        Traffic.Reading now = current.traffic().get();
        if (now.showsLifeSince(lastLife)) {
            lastLife = now;
            lastLifeAt = env.nanos();
        }
    }

    private void watchOn() {
        watch = closed ? null : strand.after(grace, this::look);
    }

    private void look() {
        watch = null;
        if (waiting.isEmpty()) {
            return;
        }
        watchOn();
        listen();
        long silentSince = Math.max(lastLifeAt, waiting.values().iterator().next());
        if (env.nanos() - silentSince >= patience.toNanos() && !doubting) {
            doubt(current);
        }
    }

    private void doubt(Connection silent) {
        doubting = true;
        orKeep(() -> ifSilent(silent, () -> {
            LOG.debug("nothing arrives from the combiner; the client tries a second connection");
            Connection opened = opening.get();
            second = opened;
            strand.when(question.apply(opened.channel()), (answer, error) -> {
                if (error == null || isAnswer(error)) {
                    orKeep(() -> ifSilent(silent, () -> replace(silent, opened)));
                } else {
                    keep();
                }
            });
        }));
    }

    /** A combiner that answers with an error lives, too. */
    private static boolean isAnswer(Throwable error) {
        Metadata trailers = Status.trailersFromThrowable(error);
        return trailers != null && AnswerMark.isGrpc(trailers);
    }

    /** If the step throws, the doubt ends: it may begin again. */
    private void orKeep(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            keep();
            throw failure;
        }
    }

    /** Asks over a connection, and acts if there is neither an answer nor another sign of life. */
    private void ifSilent(Connection doubted, Runnable action) {
        Traffic.Reading before = doubted.traffic().get();
        var unused = question.apply(doubted.channel());
        strand.after(grace, () -> {
            if (closed || doubted.traffic().get().showsLifeSince(before)) {
                keep();
            } else {
                orKeep(action);
            }
        });
    }

    private void keep() {
        doubting = false;
        if (second != null) {
            second.channel().shutdownNow();
            second = null;
        }
    }

    private void replace(Connection dead, Connection living) {
        LOG.info("the connection to the combiner died silently; the client goes on over a new one");
        current = living;
        lastLife = living.traffic().get();
        lastLifeAt = env.nanos();
        second = null;
        doubting = false;
        dead.channel().shutdownNow();
    }

    /** Connects again now rather than when the wait after a failure is over. */
    void connectNow() {
        current.channel().resetConnectBackoff();
    }

    /** Breaks off all calls. From any thread, and also if the strand stands still. */
    void close() {
        strand.execute(() -> {
            closed = true;
            if (watch != null) {
                watch.cancel();
                watch = null;
            }
            keep();
            current.channel().shutdownNow();
        });
        current.channel().shutdownNow();
    }
}
