package com.scaleoutsystems.edge.benchmarks.worker;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.Map;

/** A plain gRPC channel with the metadata that a combiner asks for, and nothing of this SDK. */
final class BareChannel {
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    private BareChannel() {}

    static ManagedChannel open(Arguments arguments) {
        return NettyChannelBuilder.forAddress(arguments.text("host"), arguments.number("port"))
                .usePlaintext()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build();
    }

    /** Adds metadata to all calls. */
    static Channel with(Channel channel, Map<String, String> more) {
        Metadata metadata = new Metadata();
        put(metadata, "client", "benchmark-bare");
        put(metadata, "client-id", "benchmark-bare");
        put(metadata, "name", "benchmark-bare");
        more.forEach((key, value) -> put(metadata, key, value));
        return ClientInterceptors.intercept(channel, new Adding(metadata));
    }

    private static void put(Metadata metadata, String key, String value) {
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    private record Adding(Metadata metadata) implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.merge(metadata);
                    super.start(listener, headers);
                }
            };
        }
    }
}
