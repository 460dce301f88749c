package com.scaleoutsystems.edge.sandbox.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.internal.core.Ids;
import com.scaleoutsystems.edge.sandbox.internal.core.MessageJson;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of all clients: what waits to be fetched, what was delivered, how it ended. Knows nothing of RPCs; both ways
 * of delivery, polls and pushed streams, take from here. All state is guarded by this object's monitor.
 */
public final class TaskBoard {
    /** Unlike all other timestamps of the protocol, that of a task is such a text. */
    private static final DateTimeFormatter TASK_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private final Changes changes;
    private final Clock clock;
    private final Ids ids;
    private final Map<String, Task> tasks = new HashMap<>();
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();
    private final Map<String, Consumer<TaskRequest>> subscribers = new HashMap<>();

    public TaskBoard(Changes changes, Clock clock, Ids ids) {
        this.changes = changes;
        this.clock = clock;
        this.ids = ids;
    }

    /** A task as it was submitted, and what became of it. */
    private static final class Task {
        private final TaskRequest request;
        private boolean delivered;
        private boolean pushed;
        private @Nullable TaskOutcome outcome;

        Task(TaskRequest request) {
            this.request = request;
        }
    }

    /** What waits for a client: a task, or a wish that a task end. */
    private record Waiting(Task task, TaskRequest request, boolean isChange) {
        boolean isNews() {
            return !isChange || !task.delivered;
        }
    }

    public String submit(TaskSpec spec) {
        String correlationId = spec.correlationId().orElseGet(ids::next);
        TaskRequest request = TaskRequest.newBuilder()
                .setClientId(spec.clientId())
                .setModelId(spec.modelId())
                .setData(spec.data())
                .setCorrelationId(correlationId)
                .setSessionId(spec.sessionId())
                .setRoundId(spec.roundId())
                .setType(spec.type())
                .setStatus(spec.status())
                .build();
        synchronized (this) {
            if (tasks.containsKey(correlationId)) {
                throw new EdgeException(
                        ErrorCode.ALREADY_EXISTS,
                        "There is already a task " + correlationId + "; use redeliver to send it once more");
            }
            Task task = new Task(request);
            tasks.put(correlationId, task);
            enqueue(new Waiting(task, request, false));
        }
        return correlationId;
    }

    /** Sends a task once more, as if an answer had been lost. */
    public synchronized void redeliver(String correlationId) {
        Task task = require(correlationId);
        enqueue(new Waiting(task, task.request, false));
    }

    /** Tells the client that a task shall end, with status INTERRUPTED or TIMEOUT. */
    public synchronized void end(String correlationId, String status) {
        Task task = require(correlationId);
        enqueue(new Waiting(task, task.request.toBuilder().setStatus(status).build(), true));
    }

    public synchronized Optional<TaskOutcome> outcome(String correlationId) {
        return Optional.ofNullable(tasks.get(correlationId)).map(task -> task.outcome);
    }

    public TaskOutcome awaitOutcome(String correlationId, Duration timeout) {
        synchronized (this) {
            require(correlationId);
        }
        return changes.await(
                () -> "the end of task " + correlationId + " (" + progress(correlationId) + ")",
                timeout,
                () -> outcome(correlationId));
    }

    /** Takes the one report of a poll of generation 1.0 and gives at most one task: none while the client has one. */
    public List<TaskRequest> pollOne(String clientId, ActivityReport report) {
        boolean ended;
        List<TaskRequest> answer;
        synchronized (this) {
            boolean reports = !report.getCorrelationId().isEmpty();
            ended = reports && take(clientId, report);
            answer = deliver(clientId, reports && !report.getDone(), 1);
        }
        if (ended) {
            changes.signal();
        }
        return answer;
    }

    /** Takes the reports of a poll and gives what the client shall have; without news if it has no room. */
    public List<TaskRequest> poll(String clientId, List<ActivityReport> reports, boolean withoutNews) {
        List<TaskRequest> answer = new ArrayList<>();
        boolean ended = false;
        synchronized (this) {
            for (ActivityReport report : reports) {
                ended |= take(clientId, report);
                if (report.hasCommandType()) {
                    answer.add(acknowledgement(clientId, report));
                }
            }
            answer.addAll(deliver(clientId, withoutNews, Integer.MAX_VALUE));
        }
        if (ended) {
            changes.signal();
        }
        return answer;
    }

    /** From now on pushes a client's tasks to it. The subscriber is called one at a time and must not block. */
    public synchronized void subscribe(String clientId, Consumer<TaskRequest> subscriber) {
        subscribers.put(clientId, subscriber);
        push(clientId);
    }

    public synchronized void unsubscribe(String clientId, Consumer<TaskRequest> subscriber) {
        subscribers.remove(clientId, subscriber);
    }

    /** The result of a task came. A pushed task has ended with it, since such clients report nothing else. */
    public void resultCame(String correlationId) {
        synchronized (this) {
            Task task = tasks.get(correlationId);
            if (task == null || !task.pushed || task.outcome != null) {
                return;
            }
            task.outcome = new TaskOutcome(correlationId, task.request.getClientId(), "COMPLETED", "", null, null);
        }
        changes.signal();
    }

    private boolean take(String clientId, ActivityReport report) {
        Task task = tasks.computeIfAbsent(report.getCorrelationId(), id -> new Task(startedByClient(clientId, report)));
        boolean isItsOwn = task.request.getClientId().equals(clientId);
        if (!report.getDone() || task.outcome != null || !isItsOwn) {
            return false;
        }
        task.outcome = new TaskOutcome(
                report.getCorrelationId(),
                clientId,
                report.getStatus(),
                report.getResponse(),
                report.hasStartedAt() ? MessageJson.instant(report.getStartedAt()) : null,
                report.hasCompletedAt() ? MessageJson.instant(report.getCompletedAt()) : null);
        return true;
    }

    private static TaskRequest startedByClient(String clientId, ActivityReport report) {
        return TaskRequest.newBuilder()
                .setClientId(clientId)
                .setData(report.getParameters())
                .setCorrelationId(report.getCorrelationId())
                .setType(report.getCommandType())
                .build();
    }

    /** A client repeats type and parameters of an autonomous task until it is given the task as a request. */
    private TaskRequest acknowledgement(String clientId, ActivityReport report) {
        return stamped(startedByClient(clientId, report)).toBuilder()
                .setStatus(report.getStatus())
                .build();
    }

    private List<TaskRequest> deliver(String clientId, boolean withoutNews, int limit) {
        Deque<Waiting> queue = waiting.computeIfAbsent(clientId, id -> new ArrayDeque<>());
        List<TaskRequest> delivered = new ArrayList<>();
        for (Iterator<Waiting> all = queue.iterator(); all.hasNext() && delivered.size() < limit; ) {
            Waiting next = all.next();
            if (withoutNews && next.isNews()) {
                continue;
            }
            all.remove();
            next.task.delivered = true;
            delivered.add(stamped(next.request));
        }
        return delivered;
    }

    private void enqueue(Waiting next) {
        String clientId = next.request.getClientId();
        waiting.computeIfAbsent(clientId, id -> new ArrayDeque<>()).add(next);
        push(clientId);
    }

    private void push(String clientId) {
        Consumer<TaskRequest> subscriber = subscribers.get(clientId);
        if (subscriber != null) {
            for (TaskRequest request : deliver(clientId, false, Integer.MAX_VALUE)) {
                require(request.getCorrelationId()).pushed = true;
                subscriber.accept(request);
            }
        }
    }

    private TaskRequest stamped(TaskRequest request) {
        return request.toBuilder()
                .setTimestamp(TASK_TIME.format(clock.instant()))
                .build();
    }

    private Task require(String correlationId) {
        Task task = tasks.get(correlationId);
        if (task == null) {
            throw new EdgeException(ErrorCode.NOT_FOUND, "There is no task " + correlationId);
        }
        return task;
    }

    private synchronized String progress(String correlationId) {
        return require(correlationId).delivered ? "it was delivered" : "the client has not fetched it";
    }
}
