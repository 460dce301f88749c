package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.fault.Strike;
import com.scaleoutsystems.edge.sandbox.internal.task.TaskBoard;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A call that is answered with tasks: doubles them, lets others overtake them, and adds some that make no sense. */
final class FaultyTasks<Q, A> extends SimpleForwardingServerCall<Q, A> {
    /** How long a pushed task waits for another one to overtake it. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

    /** When a pushed task that was lost comes again. */
    private static final Duration REDELIVERY = Duration.ofSeconds(1);

    private static final Set<FaultKind> WITHOUT_TASKS = EnumSet.of(FaultKind.GARBAGE_TASK);
    private static final Set<FaultKind> POLLED =
            EnumSet.of(FaultKind.DOUBLED_TASK, FaultKind.REORDERED_TASK, FaultKind.GARBAGE_TASK);
    private static final Set<FaultKind> PUSHED = EnumSet.of(
            FaultKind.DOUBLED_TASK,
            FaultKind.REORDERED_TASK,
            FaultKind.GARBAGE_TASK,
            FaultKind.LOST_ANSWER,
            FaultKind.LATE_ANSWER,
            FaultKind.OVERSIZED_ANSWER);

    private final String rpc;
    private final String clientId;
    private final Faults faults;
    private final TaskBoard tasks;
    private final HeldTasks held;
    private final ScheduledExecutorService timer;
    private final DelayLine line;

    FaultyTasks(
            ServerCall<Q, A> call,
            String rpc,
            String clientId,
            Faults faults,
            TaskBoard tasks,
            HeldTasks held,
            ScheduledExecutorService timer) {
        super(call);
        this.rpc = rpc;
        this.clientId = clientId;
        this.faults = faults;
        this.tasks = tasks;
        this.held = held;
        this.timer = timer;
        this.line = new DelayLine(call, timer);
    }

    @Override
    public void sendMessage(A message) {
        if (rpc.equals("TaskStream")) {
            push((TaskRequest) message);
        } else {
            answer(message);
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        line.run(Duration.ZERO, () -> super.close(status, trailers));
    }

    /** The answer to a poll, in generation 1.0 with at most one task. */
    @SuppressWarnings("unchecked") // The message is changed into one of its own kind.
    private void answer(A message) {
        if (message instanceof CombinerDirective directive) {
            super.sendMessage((A) CombinerDirective.newBuilder()
                    .addAllTasks(changed(directive.getTasksList()))
                    .build());
            return;
        }
        TaskRequest task = (TaskRequest) message;
        List<TaskRequest> changed = changed(task.getCorrelationId().isEmpty() ? List.of() : List.of(task));
        if (changed.size() > 1) {
            held.hold(clientId, changed.subList(1, changed.size()));
        }
        super.sendMessage(changed.isEmpty() ? (A) TaskRequest.getDefaultInstance() : (A) changed.get(0));
    }

    private List<TaskRequest> changed(List<TaskRequest> tasks) {
        List<TaskRequest> late = held.release(clientId);
        List<TaskRequest> sent = new ArrayList<>(tasks);
        Optional<Strike> strike = faults.strike(rpc, clientId, tasks.isEmpty() ? WITHOUT_TASKS : POLLED);
        if (strike.isPresent()) {
            switch (strike.get().kind()) {
                case DOUBLED_TASK -> sent.addAll(tasks);
                case GARBAGE_TASK -> sent.add(GarbageTask.draw(strike.get().random(), clientId));
                default -> {
                    held.hold(clientId, tasks);
                    sent.clear();
                }
            }
        }
        sent.addAll(late);
        return sent;
    }

    private void push(TaskRequest task) {
        List<TaskRequest> late = held.release(clientId);
        Optional<Strike> strike = faults.strike(rpc, clientId, PUSHED);
        if (strike.isEmpty()) {
            send(Duration.ZERO, task);
        } else {
            switch (strike.get().kind()) {
                case DOUBLED_TASK -> {
                    send(Duration.ZERO, task);
                    send(Duration.ZERO, task);
                }
                case GARBAGE_TASK -> {
                    send(Duration.ZERO, GarbageTask.draw(strike.get().random(), clientId));
                    send(Duration.ZERO, task);
                }
                case LATE_ANSWER -> send(strike.get().fault().delay(), task);
                case OVERSIZED_ANSWER -> {
                    giveBack(task);
                    Message inflated =
                            Oversized.inflated(task, strike.get().fault().bytes());
                    line.run(Duration.ZERO, () -> sendNow(inflated));
                }
                case REORDERED_TASK -> {
                    held.hold(clientId, List.of(task));
                    line.later(LONGEST_HOLD, () -> held.release(clientId).forEach(this::sendNow));
                }
                default -> giveBack(task);
            }
        }
        late.forEach(waiting -> send(Duration.ZERO, waiting));
    }

    /** A server delivers a lost task again. It does so later, since this stream would take the task at once and lose it again. */
    private void giveBack(TaskRequest task) {
        var unused = timer.schedule(() -> tasks.giveBack(task), REDELIVERY.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void send(Duration delay, TaskRequest task) {
        line.run(delay, () -> sendNow(task), () -> giveBack(task));
    }

    @SuppressWarnings("unchecked") // Answers of this method are tasks.
    private void sendNow(Message task) {
        super.sendMessage((A) task);
    }
}
