package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.net.Traffic;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The places of calls on shared channels, however their clients close. */
class LeasedCallsTest {

    private static final GrpcConnectionOptions COMBINER = GrpcConnectionOptions.of("combiner", 1);

    private final SharedChannels channels = new SharedChannels();
    private final List<Network> opened = new ArrayList<>();
    private Runnable whileACallIsMade = () -> {};

    /** A connection that takes two calls beside the question. */
    private final class Network extends ManagedChannel {

        private final List<Call> calls = new ArrayList<>();

        @Override
        @SuppressWarnings("unchecked")
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            Call call = new Call();
            calls.add(call);
            whileACallIsMade.run();
            return (ClientCall<Q, A>) call;
        }

        @Override
        public String authority() {
            return "combiner";
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }

    /** Ends when it is cancelled. */
    private static final class Call extends ClientCall<Object, Object> {

        private @Nullable Listener<Object> listener;

        @Override
        public void start(Listener<Object> given, Metadata headers) {
            listener = given;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            if (listener != null) {
                listener.onClose(Status.CANCELLED, new Metadata());
            }
        }

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Object message) {}
    }

    private SharedChannels.Lease lease() {
        return channels.lease(
                COMBINER,
                question -> new WatchedChannel(
                        () -> {
                            Network network = new Network();
                            opened.add(network);
                            return new WatchedChannel.Connection(network, () -> new Traffic.Reading(0, 0), () -> 3);
                        },
                        question,
                        new VirtualEnv(1, Duration.ZERO),
                        Duration.ofSeconds(30)),
                channel -> new CompletableFuture<>());
    }

    private static void call(SharedChannels.Lease lease) {
        lease.newCall(CombinerClientGrpc.getAnnounceMethod(), CallOptions.DEFAULT)
                .start(new ClientCall.Listener<>() {}, new Metadata());
    }

    @Test
    void aClientThatClosesWhileItMakesACallLeavesNoPlaceTaken() {
        SharedChannels.Lease other = lease();
        for (int i = 0; i < 5; i++) {
            SharedChannels.Lease leaves = lease();
            whileACallIsMade = leaves::close;
            call(leaves);
            whileACallIsMade = () -> {};
        }

        call(other);
        call(other);

        assertThat(opened).hasSize(1);
        assertThat(opened.get(0).calls).hasSize(7);

        call(other);

        assertThat(opened).hasSize(2);
    }
}
