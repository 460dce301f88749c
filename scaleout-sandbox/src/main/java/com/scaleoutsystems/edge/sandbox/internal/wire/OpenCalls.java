package com.scaleoutsystems.edge.sandbox.internal.wire;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows the calls that are open, and can end all of them. Stands before all other interceptors. A method that still works on a call
 * that has ended here writes into the void, and then hears that the call was cancelled.
 */
public final class OpenCalls implements ServerInterceptor {
    private static final Status CLOSING = Status.UNAVAILABLE.withDescription("The sandbox is closing");
    private static final Status OUT_OF_MEMORY =
            Status.RESOURCE_EXHAUSTED.withDescription("The sandbox has no memory for this call");

    private final Set<OpenCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        OpenCall<Q, A> counted = new OpenCall<>(call);
        open.add(counted);
        try {
            Listener<Q> listener = new Listener<>(next.startCall(counted, headers), counted);
            if (closing) {
                counted.end(CLOSING);
            }
            return listener;
        } catch (OutOfMemoryError e) {
            counted.end(OUT_OF_MEMORY);
            throw e;
        } catch (RuntimeException | Error e) {
            // gRPC ends the call, and nobody hears of it.
            open.remove(counted);
            throw e;
        }
    }

    /** Ends all calls, and each later one at once. */
    void endAll() {
        closing = true;
        open.forEach(call -> call.end(CLOSING));
    }

    /** A call that two threads may end: that of the method, and the one that closes the sandbox. */
    private final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean ended;

        OpenCall(ServerCall<Q, A> call) {
            super(call);
        }

        synchronized void end(Status status) {
            if (!ended) {
                ended = true;
                open.remove(this);
                super.close(status, new Metadata());
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!ended) {
                open.remove(this);
                super.close(status, trailers);
            }
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!ended) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(A message) {
            if (!ended) {
                super.sendMessage(message);
            }
        }

        @Override
        public boolean isReady() {
            return !hasEnded() && super.isReady();
        }

        @Override
        public boolean isCancelled() {
            return hasEnded() || super.isCancelled();
        }

        private synchronized boolean hasEnded() {
            return ended;
        }
    }

    private final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final OpenCall<Q, ?> call;

        Listener(ServerCall.Listener<Q> delegate, OpenCall<Q, ?> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guarded(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        /** gRPC takes an answer that was sent for a call that went well. */
        @Override
        public void onComplete() {
            open.remove(call);
            if (call.hasEnded()) {
                super.onCancel();
            } else {
                super.onComplete();
            }
        }

        @Override
        public void onCancel() {
            open.remove(call);
            super.onCancel();
        }

        /** gRPC would break the call off without a word; the error goes on to the thread's handler, which may end the process. */
        private void guarded(Runnable step) {
            if (call.hasEnded()) {
                return;
            }
            try {
                step.run();
            } catch (OutOfMemoryError e) {
                call.end(OUT_OF_MEMORY);
                throw e;
            }
        }
    }
}
