package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
import com.scaleoutsystems.edge.sandbox.internal.core.MessageJson;
import com.scaleoutsystems.edge.sandbox.internal.record.CallLog;
import com.scaleoutsystems.edge.sandbox.internal.record.ReceivedCall;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import io.grpc.Status;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/** Writes gRPC calls into the recording. */
public final class CallRecorder {
    private final CallLog log;
    private final Clock clock;

    /**
     * Says which records of the public API stand for a message.
     *
     * @param <M> the kind of message
     */
    interface Reading<M> {
        /**
         * Reads a message.
         *
         * @param time when the message came
         * @throws IllegalArgumentException if a field does not hold what the protocol asks for
         */
        List<? extends Recorded> of(Instant time, M message);
    }

    public CallRecorder(CallLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Records a message. A message with a field that does not hold what the protocol asks for is recorded as refused.
     *
     * @return OK, or INVALID_ARGUMENT with a description
     */
    <M extends Message> Status record(String rpc, Caller caller, M message, Reading<? super M> reading) {
        Instant now = clock.instant();
        try {
            add(now, rpc, caller, message, Status.OK, reading.of(now, message));
            return Status.OK;
        } catch (IllegalArgumentException | DateTimeException e) {
            return refuse(rpc, caller, message, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
        }
    }

    /** Records a message that is answered with an error. */
    Status refuse(String rpc, Caller caller, Message message, Status status) {
        add(clock.instant(), rpc, caller, message, status, List.of());
        return status;
    }

    /** Records a transfer of a model. */
    void record(String rpc, Caller caller, Message message, Recorded transfer) {
        add(transfer.time(), rpc, caller, message, Status.OK, List.of(transfer));
    }

    private void add(
            Instant time,
            String rpc,
            Caller caller,
            Message message,
            Status status,
            List<? extends Recorded> accepted) {
        log.add(
                new ReceivedCall(
                        time,
                        rpc,
                        caller.clientId(),
                        caller.metadata(),
                        () -> MessageJson.write(message),
                        status.getCode().name()),
                accepted,
                // Once as the protocol's message, whose texts the accepted messages share.
                HeapSize.OBJECT + HeapSize.of(caller.metadata()) + 3L * message.getSerializedSize());
    }

    Instant now() {
        return clock.instant();
    }
}
