package com.scaleoutsystems.edge.sandbox.internal.wire;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Objects;

/** Lets a method send trailing metadata with a good answer, for which a stream observer has no way. */
public final class Trailers implements ServerInterceptor {
    private static final Context.Key<Metadata> KEY = Context.key("trailers");

    /** The trailing metadata of the call that the current thread serves; set before the call ends. */
    static Metadata current() {
        return Objects.requireNonNull(KEY.get(), "outside of a call");
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Metadata extra = new Metadata();
        ServerCall<Q, A> adding = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                trailers.merge(extra);
                super.close(status, trailers);
            }
        };
        return Contexts.interceptCall(Context.current().withValue(KEY, extra), adding, headers, next);
    }
}
