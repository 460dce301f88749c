package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxSettings;
import com.scaleoutsystems.edge.sandbox.internal.token.InvalidTokenException;
import com.scaleoutsystems.edge.sandbox.internal.token.TokenIssuer;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Objects;

/**
 * Stands before all gRPC methods and is stricter than a real server need be: every call carries the metadata
 * {@code client-id}, every message with a client's id names the same client, and with authentication on, every call has
 * a good access token.
 */
public final class StrictPeer implements ServerInterceptor {
    private final SandboxSettings settings;
    private final TokenIssuer tokens;
    private final CallRecorder recorder;

    public StrictPeer(SandboxSettings settings, TokenIssuer tokens, CallRecorder recorder) {
        this.settings = settings;
        this.tokens = tokens;
        this.recorder = recorder;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Caller caller = Caller.of(headers);
        String rpc = Objects.requireNonNullElse(call.getMethodDescriptor().getBareMethodName(), "");
        Status status = check(caller);
        if (!status.isOk()) {
            call.close(recorder.refuse(rpc, caller, Empty.getDefaultInstance(), status), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Context context = caller.attachedTo(Context.current());
        return new SameClient<>(Contexts.interceptCall(context, call, headers, next), call, rpc, caller);
    }

    private Status check(Caller caller) {
        if (settings.authentication()) {
            try {
                tokens.checkAccess(caller.metadata().get("authorization"));
            } catch (InvalidTokenException e) {
                return Status.UNAUTHENTICATED.withDescription(e.reason());
            }
        }
        return caller.clientId().isEmpty()
                ? Status.INVALID_ARGUMENT.withDescription("The metadata client-id is missing")
                : Status.OK;
    }

    /** Refuses messages in another client's name. */
    private final class SameClient<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private final String rpc;
        private final Caller caller;
        private boolean refused;

        SameClient(ServerCall.Listener<Q> delegate, ServerCall<Q, ?> call, String rpc, Caller caller) {
            super(delegate);
            this.call = call;
            this.rpc = rpc;
            this.caller = caller;
        }

        @Override
        public void onMessage(Q request) {
            Message message = (Message) request;
            String named = clientIdIn(message, caller.clientId());
            if (named.equals(caller.clientId())) {
                super.onMessage(request);
            } else if (!refused) {
                refused = true;
                Status status = Status.INVALID_ARGUMENT.withDescription(
                        "The message names client " + named + ", the metadata client-id " + caller.clientId());
                call.close(recorder.refuse(rpc, caller, message, status), new Metadata());
            }
        }

        /** The method behind must not learn that a refused call goes on. */
        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }
    }

    /** The client that a message names, which most kinds call client_id and some node_id. */
    private static String clientIdIn(Message message, String otherwise) {
        for (String name : new String[] {"client_id", "node_id"}) {
            FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
            if (field != null) {
                return (String) message.getField(field);
            }
        }
        return otherwise;
    }
}
