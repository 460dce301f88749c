package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.TaskRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;

/** The combiner's stream of tasks. Keepalive pings notice when the other side is gone, however long no task comes. */
final class GrpcTaskPush implements TaskPush {

    private final ClientCall<ClientAvailableMessage, TaskRequest> call;

    private GrpcTaskPush(ClientCall<ClientAvailableMessage, TaskRequest> call) {
        this.call = call;
    }

    static TaskPush open(Channel channel, CallIdentity credentials, String clientId, Receiver receiver) {
        ClientCall<ClientAvailableMessage, TaskRequest> call = channel.newCall(
                CombinerClientGrpc.getTaskStreamMethod(), CallOptions.DEFAULT.withCallCredentials(credentials));
        call.start(new Listener(receiver), new Metadata());
        call.sendMessage(
                ClientAvailableMessage.newBuilder().setClientId(clientId).build());
        call.halfClose();
        return new GrpcTaskPush(call);
    }

    @Override
    public void request() {
        call.request(1);
    }

    @Override
    public void close() {
        call.cancel("the client takes no more tasks", null);
    }

    private static final class Listener extends ClientCall.Listener<TaskRequest> {

        private final Receiver receiver;

        Listener(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void onMessage(TaskRequest message) {
            receiver.task(Messages.taskRequest(message));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Status ended = status.isOk() ? Status.UNAVAILABLE.withDescription("the combiner ended the stream") : status;
            receiver.ended(GrpcErrors.of("the stream of tasks", ended.asRuntimeException(trailers)));
        }
    }
}
