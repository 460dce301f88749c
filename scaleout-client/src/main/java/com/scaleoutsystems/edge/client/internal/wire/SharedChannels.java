package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The channels to combiners, which all identities share that use the same object. One channel for each combiner, and a further one when as
 * many calls are open as the server takes over one connection: the calls of one identity do not wait for those of the others. The channels
 * are open as long as one identity uses the combiner. Thread-safe.
 */
public final class SharedChannels {

    /** Asks the combiner something that it answers at once, over the channel of a connection. */
    interface Question extends Function<Channel, CompletionStage<?>> {}

    /** Opens a channel. */
    interface Opener extends Function<Question, WatchedChannel> {}

    private final Map<GrpcConnectionOptions, Shared> open = new HashMap<>();

    /** No channel yet. */
    public SharedChannels() {}

    /** All channels to one combiner. */
    private static final class Shared {

        private final List<Lease> users = new ArrayList<>();
        private final Opener opener;

        /** Those that were opened first are filled first. Guarded by their monitor. */
        private final List<Counted> channels = new ArrayList<>();

        private boolean closed;

        Shared(Opener opener) {
            this.opener = opener;
            channels.add(new Counted());
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

        String authority() {
            synchronized (channels) {
                return channels.get(0).channel.authority();
            }
        }

        /** A channel for one more call, which is to be returned when the call is over. */
        Counted take() {
            synchronized (channels) {
                for (Counted counted : channels) {
                    if (counted.hasRoom() || closed) {
                        counted.calls++;
                        return counted;
                    }
                }
                Counted another = new Counted();
                channels.add(another);
                another.calls++;
                return another;
            }
        }

        void connectNow() {
            all().forEach(counted -> counted.channel.connectNow());
        }

        void close() {
            synchronized (channels) {
                closed = true;
            }
            all().forEach(counted -> counted.channel.close());
        }

        /** To be used without the monitor: what ends calls runs their listeners. */
        private List<Counted> all() {
            synchronized (channels) {
                return List.copyOf(channels);
            }
        }

        /** A channel with its open calls. */
        private final class Counted {

            private final WatchedChannel channel = opener.apply(Shared.this::ask);
            private int calls;

            /** Leaves a place for the question. */
            private boolean hasRoom() {
                return calls == 0 || calls < channel.maxCalls() - 1;
            }

            void giveBack() {
                synchronized (channels) {
                    calls--;
                }
            }
        }
    }

    /**
     * Gives an identity its use of the channels to a combiner.
     *
     * @param opener opens a channel if those that are open have no room
     * @param question what this identity asks to find out whether the connection lives
     */
    synchronized Lease lease(GrpcConnectionOptions combiner, Opener opener, Question question) {
        Shared shared = open.computeIfAbsent(combiner, other -> new Shared(opener));
        Lease lease = new Lease(combiner, question, shared);
        synchronized (shared.users) {
            shared.users.add(lease);
        }
        return lease;
    }

    private synchronized boolean isLast(Lease lease) {
        synchronized (lease.shared.users) {
            lease.shared.users.remove(lease);
            if (!lease.shared.users.isEmpty()) {
                return false;
            }
        }
        open.remove(lease.combiner, lease.shared);
        return true;
    }

    /** One identity's use of the channels. To be closed by whoever got it; that breaks off its calls, and those of no other. */
    final class Lease extends Channel {

        private final GrpcConnectionOptions combiner;
        private final Question question;
        private final Set<LeasedCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
        private final Shared shared;
        private volatile boolean closed;

        private Lease(GrpcConnectionOptions combiner, Question question, Shared shared) {
            this.combiner = combiner;
            this.question = question;
            this.shared = shared;
        }

        @Override
        public String authority() {
            return shared.authority();
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new LeasedCall<>(method, options);
        }

        /** A call that has its place on a channel from its start to its end. */
        private final class LeasedCall<Q, A> extends ForwardingClientCall<Q, A> {

            private final MethodDescriptor<Q, A> method;
            private final CallOptions options;
            private final AtomicBoolean ended = new AtomicBoolean();
            private Shared.@Nullable Counted place;
            private @Nullable ClientCall<Q, A> call;

            LeasedCall(MethodDescriptor<Q, A> method, CallOptions options) {
                this.method = method;
                this.options = options;
            }

            @Override
            protected ClientCall<Q, A> delegate() {
                ClientCall<Q, A> made = call;
                if (made == null) {
                    Shared.Counted taken = shared.take();
                    place = taken;
                    made = taken.channel.newCall(method, options);
                    call = made;
                }
                return made;
            }

            @Override
            public void start(Listener<A> listener, Metadata headers) {
                try {
                    super.start(new Ending<>(listener, this), headers);
                } catch (Throwable failure) {
                    over();
                    throw failure;
                }
                // Not before: a call that is broken off while it starts would take a second place.
                calls.add(this);
                if (ended.get()) {
                    calls.remove(this);
                } else if (closed) {
                    breakOff();
                }
            }

            void over() {
                Shared.Counted taken = place;
                if (ended.compareAndSet(false, true) && taken != null) {
                    calls.remove(this);
                    taken.giveBack();
                }
            }

            void breakOff() {
                cancel("the client has closed its connection", null);
            }
        }

        /** Connects again now rather than when the wait after a failure is over. */
        void connectNow() {
            shared.connectNow();
        }

        /** Breaks off this identity's calls, and closes the connections if it is the last one to use them. */
        void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (isLast(this)) {
                shared.close();
            } else {
                calls.forEach(LeasedCall::breakOff);
            }
        }
    }

    private static final class Ending<A> extends SimpleForwardingClientCallListener<A> {

        private final Lease.LeasedCall<?, A> call;

        Ending(ClientCall.Listener<A> listener, Lease.LeasedCall<?, A> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            call.over();
            super.onClose(status, trailers);
        }
    }
}
