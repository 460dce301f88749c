package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.fault.Strike;
import com.scaleoutsystems.edge.sandbox.internal.task.TaskBoard;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands before everything else, and lets calls suffer from faults. What strikes a call is decided when it begins; in a stream of
 * records it is decided for each record and each acknowledgement, and in a stream of tasks for each task, since these streams are
 * open for long.
 */
public final class FaultInterceptor implements ServerInterceptor {
    private static final Set<FaultKind> UNARY = EnumSet.of(
            FaultKind.ERROR,
            FaultKind.NO_ANSWER,
            FaultKind.LOST_ANSWER,
            FaultKind.LATE_ANSWER,
            FaultKind.OVERSIZED_ANSWER);
    private static final Set<FaultKind> DOWNLOAD =
            with(UNARY, FaultKind.WRONG_CHECKSUM, FaultKind.MISSING_CHECKSUM, FaultKind.TRUNCATED_DOWNLOAD);
    private static final Set<FaultKind> UPLOAD = with(UNARY, FaultKind.REFUSED_UPLOAD);
    static final Set<FaultKind> REFUSING = EnumSet.of(FaultKind.ERROR, FaultKind.NO_ANSWER);

    private final Faults faults;
    private final TaskBoard tasks;
    private final ScheduledExecutorService timer;
    private final HeldTasks held = new HeldTasks();

    public FaultInterceptor(Faults faults, TaskBoard tasks, ScheduledExecutorService timer) {
        this.faults = faults;
        this.tasks = tasks;
        this.timer = timer;
    }

    private static Set<FaultKind> with(Set<FaultKind> some, FaultKind... more) {
        EnumSet<FaultKind> all = EnumSet.copyOf(some);
        all.addAll(Set.of(more));
        return all;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String rpc = Objects.requireNonNullElse(call.getMethodDescriptor().getBareMethodName(), "");
        String clientId = Caller.of(headers).clientId();
        return switch (rpc) {
            case "StreamTelemetryRecord", "StreamAttributeRecord", "StreamInferenceResult" -> {
                FaultyRecords<Q, A> records = new FaultyRecords<>(call, rpc, clientId, faults, timer);
                yield records.listening(next.startCall(records, headers));
            }
            case "TaskStream" ->
                struck(faults.strikeCall(rpc, clientId, REFUSING), tasks(call, rpc, clientId), headers, next);
            case "PollAndReportAsync", "PollAndReport" -> {
                Optional<Strike> strike = faults.strikeCall(rpc, clientId, UNARY);
                yield struck(strike, tasks(faulty(strike, call), rpc, clientId), headers, next);
            }
            case "Download" -> single(faults.strikeCall(rpc, clientId, DOWNLOAD), call, headers, next);
            case "Upload" -> single(faults.strikeCall(rpc, clientId, UPLOAD), call, headers, next);
            default -> single(faults.strikeCall(rpc, clientId, UNARY), call, headers, next);
        };
    }

    private <Q, A> ServerCall.Listener<Q> single(
            Optional<Strike> strike, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return struck(strike, faulty(strike, call), headers, next);
    }

    private <Q, A> ServerCall<Q, A> faulty(Optional<Strike> strike, ServerCall<Q, A> call) {
        return strike.isPresent() ? new FaultyCall<>(call, strike.get().fault(), tasks, timer) : call;
    }

    private <Q, A> ServerCall<Q, A> tasks(ServerCall<Q, A> call, String rpc, String clientId) {
        return new FaultyTasks<>(call, rpc, clientId, faults, tasks, held, timer);
    }

    /** Begins a call, unless the fault keeps it from the server. */
    private <Q, A> ServerCall.Listener<Q> struck(
            Optional<Strike> strike, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (strike.isEmpty()) {
            return next.startCall(call, headers);
        }
        return switch (strike.get().kind()) {
            case ERROR -> {
                call.close(FaultyCall.status(strike.get().fault()), new Metadata());
                yield new ServerCall.Listener<>() {};
            }
            case NO_ANSWER -> {
                call.request(Integer.MAX_VALUE);
                yield new ServerCall.Listener<>() {};
            }
            case REFUSED_UPLOAD -> {
                call.request(Integer.MAX_VALUE);
                yield new RefusedUpload<>(call);
            }
            case LATE_ANSWER -> {
                boolean streams = !call.getMethodDescriptor().getType().serverSendsOneMessage();
                ServerCall.Listener<Q> listener = next.startCall(call, headers);
                yield streams ? new LateStart<>(listener, strike.get().fault().delay(), timer) : listener;
            }
            default -> next.startCall(call, headers);
        };
    }

    /** Reads an upload to its end, and then refuses it. */
    private static final class RefusedUpload<Q, A> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, A> call;

        RefusedUpload(ServerCall<Q, A> call) {
            this.call = call;
        }

        @Override
        @SuppressWarnings("unchecked") // Uploads are answered so.
        public void onHalfClose() {
            call.sendHeaders(new Metadata());
            call.sendMessage((A) ModelResponse.newBuilder()
                    .setStatus(ModelStatus.FAILED)
                    .setMessage("A fault of the plan: the upload is refused")
                    .build());
            call.close(Status.OK, new Metadata());
        }
    }

    /** Tells the method late that the request is complete. The monitor keeps the timer apart from the threads of gRPC. */
    private static final class LateStart<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Duration delay;
        private final ScheduledExecutorService timer;
        private boolean cancelled;

        LateStart(ServerCall.Listener<Q> delegate, Duration delay, ScheduledExecutorService timer) {
            super(delegate);
            this.delay = delay;
            this.timer = timer;
        }

        @Override
        public void onHalfClose() {
            var unused = timer.schedule(this::start, delay.toNanos(), TimeUnit.NANOSECONDS);
        }

        private synchronized void start() {
            if (!cancelled) {
                super.onHalfClose();
            }
        }

        @Override
        public synchronized void onReady() {
            super.onReady();
        }

        @Override
        public synchronized void onCancel() {
            cancelled = true;
            super.onCancel();
        }
    }
}
