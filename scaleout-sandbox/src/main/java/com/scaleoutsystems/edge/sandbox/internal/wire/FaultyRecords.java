package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.fault.Strike;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;

/** A stream of records: each record and each acknowledgement may suffer from a fault. */
final class FaultyRecords<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private static final Set<FaultKind> ACKNOWLEDGING = EnumSet.of(
            FaultKind.LOST_ANSWER,
            FaultKind.LATE_ANSWER,
            FaultKind.OVERSIZED_ANSWER,
            FaultKind.DOUBLED_ACKNOWLEDGEMENT,
            FaultKind.WRONG_ACKNOWLEDGEMENT);

    private final String rpc;
    private final String clientId;
    private final Faults faults;
    private final DelayLine line;
    private volatile boolean ended;

    FaultyRecords(ServerCall<Q, A> call, String rpc, String clientId, Faults faults, ScheduledExecutorService timer) {
        super(call);
        this.rpc = rpc;
        this.clientId = clientId;
        this.faults = faults;
        this.line = new DelayLine(call, timer);
    }

    ServerCall.Listener<Q> listening(ServerCall.Listener<Q> listener) {
        return new Records(listener);
    }

    private void end(Status status) {
        line.run(Duration.ZERO, () -> {
            if (!ended) {
                ended = true;
                super.close(status, new Metadata());
            }
        });
    }

    @Override
    public void close(Status status, Metadata trailers) {
        line.run(Duration.ZERO, () -> {
            if (!ended) {
                ended = true;
                super.close(status, trailers);
            }
        });
    }

    @Override
    public void sendMessage(A acknowledgement) {
        Optional<Strike> strike = faults.strike(rpc, clientId, ACKNOWLEDGING);
        if (strike.isEmpty()) {
            send(Duration.ZERO, (RecordAck) acknowledgement);
            return;
        }
        RecordAck ack = (RecordAck) acknowledgement;
        switch (strike.get().kind()) {
            case LOST_ANSWER -> {
                if (!strike.get().fault().code().isEmpty()) {
                    end(FaultyCall.status(strike.get().fault()));
                }
            }
            case LATE_ANSWER -> send(strike.get().fault().delay(), ack);
            case OVERSIZED_ANSWER ->
                send(Duration.ZERO, Oversized.inflated(ack, strike.get().fault().bytes()));
            case DOUBLED_ACKNOWLEDGEMENT -> {
                send(Duration.ZERO, ack);
                send(Duration.ZERO, ack);
            }
            default -> send(Duration.ZERO, wrong(ack, strike.get()));
        }
    }

    private static RecordAck wrong(RecordAck ack, Strike strike) {
        RecordAck.Builder wrong = RecordAck.newBuilder();
        for (int i = 0; i < ack.getRecordIdsCount(); i++) {
            wrong.addRecordIds(
                    new UUID(strike.random().nextLong(), strike.random().nextLong()).toString());
        }
        return wrong.build();
    }

    @SuppressWarnings("unchecked") // Acknowledgements are what this method sends.
    private void send(Duration delay, Message acknowledgement) {
        line.run(delay, () -> {
            if (!ended) {
                super.sendMessage((A) acknowledgement);
            }
        });
    }

    private final class Records extends SimpleForwardingServerCallListener<Q> {

        Records(ServerCall.Listener<Q> delegate) {
            super(delegate);
        }

        @Override
        public void onMessage(Q record) {
            if (ended) {
                return;
            }
            Optional<Strike> strike = faults.strikeCall(rpc, clientId, FaultInterceptor.REFUSING);
            if (strike.isEmpty()) {
                super.onMessage(record);
            } else if (strike.get().kind() == FaultKind.ERROR) {
                end(FaultyCall.status(strike.get().fault()));
            } else {
                request(1);
            }
        }

        @Override
        public void onHalfClose() {
            if (!ended) {
                super.onHalfClose();
            }
        }
    }
}
