package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The channels to combiners, one for each, which all identities share that use the same {@link Transports}. A channel is open as long as
 * one of them uses it. Thread-safe.
 */
final class SharedChannels {

    /** Asks the combiner something that it answers at once, over the channel of a connection. */
    interface Question extends Function<Channel, CompletionStage<?>> {}

    private final Map<GrpcConnectionOptions, Shared> open = new HashMap<>();

    private static final class Shared {

        private final List<Lease> users = new ArrayList<>();
        private final WatchedChannel channel;

        Shared(Function<Question, WatchedChannel> opener) {
            channel = opener.apply(this::ask);
        }

        /** Any user may ask: the question is about the connection. */
        private CompletionStage<?> ask(Channel over) {
            Lease user;
            synchronized (users) {
                if (users.isEmpty()) {
                    return CompletableFuture.failedFuture(new IllegalStateException("nobody uses the channel"));
                }
                user = users.get(0);
            }
            return user.question.apply(over);
        }
    }

    /**
     * Gives an identity its use of the channel to a combiner.
     *
     * @param opener opens the channel if nobody uses it yet
     * @param question what this identity asks to find out whether the connection lives
     */
    synchronized Lease lease(
            GrpcConnectionOptions combiner, Function<Question, WatchedChannel> opener, Question question) {
        Shared shared = open.computeIfAbsent(combiner, other -> new Shared(opener));
        Lease lease = new Lease(combiner, question, shared.channel);
        synchronized (shared.users) {
            shared.users.add(lease);
        }
        return lease;
    }

    private synchronized boolean isLast(Lease lease) {
        Shared shared = open.get(lease.combiner);
        if (shared == null) {
            return false;
        }
        synchronized (shared.users) {
            shared.users.remove(lease);
            if (!shared.users.isEmpty()) {
                return false;
            }
        }
        open.remove(lease.combiner);
        return true;
    }

    /** One identity's use of a channel. To be closed by whoever got it; that breaks off its calls, and those of no other. */
    final class Lease extends Channel {

        private final GrpcConnectionOptions combiner;
        private final Question question;
        private final Set<ClientCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
        private final WatchedChannel channel;
        private volatile boolean closed;

        private Lease(GrpcConnectionOptions combiner, Question question, WatchedChannel channel) {
            this.combiner = combiner;
            this.question = question;
            this.channel = channel;
        }

        @Override
        public String authority() {
            return channel.authority();
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    ClientCall<Q, A> call = this;
                    calls.add(call);
                    try {
                        super.start(ending(listener, call), headers);
                    } catch (Throwable failure) {
                        calls.remove(call);
                        throw failure;
                    }
                    if (closed) {
                        breakOff(call);
                    }
                }
            };
        }

        private <A> ClientCall.Listener<A> ending(ClientCall.Listener<A> listener, ClientCall<?, ?> call) {
            return new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    calls.remove(call);
                    super.onClose(status, trailers);
                }
            };
        }

        private static void breakOff(ClientCall<?, ?> call) {
            call.cancel("the client has closed its connection", null);
        }

        /** Connects again now rather than when the wait after a failure is over. */
        void connectNow() {
            channel.connectNow();
        }

        /** Breaks off this identity's calls, and closes the connection if it is the last one to use it. */
        void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (isLast(this)) {
                channel.close();
            } else {
                calls.forEach(Lease::breakOff);
            }
        }
    }
}
