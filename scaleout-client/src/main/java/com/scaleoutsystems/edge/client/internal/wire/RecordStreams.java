package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.UnknownStreams;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The record streams of one combiner. Remembers which of them the combiner does not know, and tries those again from time to time. */
final class RecordStreams {

    private final Channel channel;
    private final CallIdentity credentials;
    private final String clientId;
    private final Duration idleTimeout;
    private final Env env;
    private final UnknownStreams unknown;

    /** Streams over a channel, none of which is open. */
    RecordStreams(Channel channel, CallIdentity credentials, String clientId, Duration idleTimeout, Env env) {
        this.channel = channel;
        this.credentials = credentials;
        this.clientId = clientId;
        this.idleTimeout = idleTimeout;
        this.env = env;
        this.unknown = new UnknownStreams(env);
    }

    /** Whether to send records of this kind on a stream: the combiner may have it, as far as is known. */
    boolean mayOpen(RecordKind kind) {
        return unknown.mayOpen(kind);
    }

    /** Why a record that only a stream carries has to wait. Empty if the combiner does not have the stream. */
    Optional<EdgeException> waiting(RecordKind kind) {
        return unknown.waiting(kind);
    }

    RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
        return new WatchedStream(
                env.strand("acknowledgements"),
                idleTimeout,
                new LearningReceiver(kind, receiver),
                watch -> RecordMessages.of(kind)
                        .open(CombinerClientGrpc.newStub(channel).withCallCredentials(credentials), clientId, watch));
    }

    private final class LearningReceiver implements RecordStream.Receiver {

        private final RecordKind kind;
        private final RecordStream.Receiver receiver;

        LearningReceiver(RecordKind kind, RecordStream.Receiver receiver) {
            this.kind = kind;
            this.receiver = receiver;
        }

        @Override
        public void acknowledged(List<String> recordIds) {
            unknown.remove(kind);
            receiver.acknowledged(recordIds);
        }

        @Override
        public void ended(EdgeException reason) {
            if (reason.code() == ErrorCode.UNIMPLEMENTED) {
                unknown.add(kind);
            }
            receiver.ended(reason);
        }
    }
}
