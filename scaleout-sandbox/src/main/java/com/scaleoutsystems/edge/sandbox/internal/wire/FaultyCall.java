package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.task.TaskBoard;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** A call that the server answers, and whose answer suffers from a fault on its way. */
final class FaultyCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private static final Metadata.Key<String> CHECKSUM = Metadata.Key.of("checksum", Metadata.ASCII_STRING_MARSHALLER);
    private static final String WRONG_CHECKSUM = "0".repeat(64);

    private final Fault fault;
    private final TaskBoard tasks;
    private final DelayLine line;
    private final Duration delay;
    private long bytesLeft;

    FaultyCall(ServerCall<Q, A> call, Fault fault, TaskBoard tasks, ScheduledExecutorService timer) {
        super(call);
        this.fault = fault;
        this.tasks = tasks;
        this.line = new DelayLine(call, timer);
        boolean late = fault.kind() == FaultKind.LATE_ANSWER
                && call.getMethodDescriptor().getType().serverSendsOneMessage();
        this.delay = late ? fault.delay() : Duration.ZERO;
        this.bytesLeft = fault.bytes();
    }

    static Status status(Fault fault) {
        return Status.Code.valueOf(fault.code()).toStatus().withDescription("A fault of the plan: " + fault.what());
    }

    private boolean isLost() {
        return fault.kind() == FaultKind.LOST_ANSWER;
    }

    @Override
    public void sendHeaders(Metadata headers) {
        if (!isLost()) {
            line.run(delay, () -> super.sendHeaders(headers));
        }
    }

    @Override
    @SuppressWarnings("unchecked") // The message is changed into one of its own kind.
    public void sendMessage(A message) {
        switch (fault.kind()) {
            case LOST_ANSWER -> giveBack(message);
            case OVERSIZED_ANSWER -> {
                giveBack(message);
                super.sendMessage((A) Oversized.inflated((Message) message, fault.bytes()));
            }
            case TRUNCATED_DOWNLOAD -> truncated((FileChunk) message);
            default -> line.run(delay, () -> super.sendMessage(message), () -> giveBack(message));
        }
    }

    @SuppressWarnings("unchecked") // Downloads are answered so.
    private void truncated(FileChunk chunk) {
        int size = chunk.getData().size();
        int kept = (int) Math.min(size, bytesLeft);
        bytesLeft -= kept;
        if (kept > 0) {
            super.sendMessage((A) chunk.toBuilder()
                    .setData(chunk.getData().substring(0, kept))
                    .build());
        }
    }

    /** A server delivers the tasks of a lost answer again. */
    private void giveBack(A message) {
        if (message instanceof CombinerDirective directive) {
            directive.getTasksList().forEach(tasks::giveBack);
        } else if (message instanceof TaskRequest task) {
            tasks.giveBack(task);
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (isLost()) {
            if (!fault.code().isEmpty()) {
                super.close(status(fault), new Metadata());
            }
            return;
        }
        if (fault.kind() == FaultKind.MISSING_CHECKSUM) {
            trailers.removeAll(CHECKSUM);
        } else if (fault.kind() == FaultKind.WRONG_CHECKSUM && trailers.containsKey(CHECKSUM)) {
            trailers.removeAll(CHECKSUM);
            trailers.put(CHECKSUM, WRONG_CHECKSUM);
        }
        line.run(delay, () -> super.close(status, trailers));
    }
}
