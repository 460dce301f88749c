package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The record streams of one combiner. Remembers which of them the combiner does not know. */
final class RecordStreams {

    private final Channel channel;
    private final CallIdentity credentials;
    private final String clientId;
    private final Duration idleTimeout;
    private final Env env;
    private final Set<RecordKind> unknown = ConcurrentHashMap.newKeySet();

    /** Streams over a channel, none of which is open. */
    RecordStreams(Channel channel, CallIdentity credentials, String clientId, Duration idleTimeout, Env env) {
        this.channel = channel;
        this.credentials = credentials;
        this.clientId = clientId;
        this.idleTimeout = idleTimeout;
        this.env = env;
    }

    /** Whether the combiner may have this stream: it has not said that it does not know it. */
    boolean mayHave(RecordKind kind) {
        return !unknown.contains(kind);
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
            receiver.acknowledged(recordIds);
        }

        @Override
        public void ended(EdgeException reason) {
            if (reason.code() == ErrorCode.UNIMPLEMENTED) {
                unknown.add(kind);
            } else if (reason.code() == ErrorCode.UNAUTHENTICATED) {
                credentials.refused();
            }
            receiver.ended(reason);
        }
    }
}
