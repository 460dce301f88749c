package com.scaleoutsystems.edge.sandbox.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of all clients: what waits to be fetched, what was delivered, how it ended. Knows nothing of RPCs; both ways
 * of delivery, polls and pushed streams, take from here. All state is guarded by this object's monitor.
 *
 * <p>If there are too many tasks, the board forgets the oldest of those that have ended or shall end, and of those that a client has
 * started by itself. It never forgets what the host still waits for.
 */
public final class TaskBoard {
    /** Unlike all other timestamps of the protocol, that of a task is such a text. */
    private static final DateTimeFormatter TASK_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    /** A board that takes each answer to a poll as received. */
    public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** How many tasks the board remembers. */
    private static final int MOST = 10_000;

    /** How many messages wait for one client: room to end each task, and to send many once more. */
    private static final int MOST_WAITING = 3 * MOST;

    private static final Set<String> ENDING = Set.of("INTERRUPTED", "TIMEOUT");

    private final Changes changes;
    private final Clock clock;
    private final Ids ids;
    private final Duration unheardAfter;
    private final long mostBytes = HeapSize.partOfHeap(32);

    /** The oldest is the first. */
    private final Map<String, Task> tasks = new LinkedHashMap<>();

    private long bytes;
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();
    private final Map<String, Subscriber> subscribers = new HashMap<>();

    /** By client, when each task was delivered in answer to a poll that it has not reported yet. */
    private final Map<String, Map<Task, Long>> unheard = new HashMap<>();

    /**
     * A board without tasks.
     *
     * @param unheardAfter how long a client may poll without a report of a task that was delivered to it; then the answer to its poll was
     *     lost, and the task is delivered again
     */
    public TaskBoard(Changes changes, Clock clock, Ids ids, Duration unheardAfter) {
        this.changes = changes;
        this.clock = clock;
        this.ids = ids;
        this.unheardAfter = unheardAfter;
    }

    /** A task as it was submitted, and what became of it. */
    private static final class Task {
        private final TaskRequest request;
        private boolean delivered;
        private boolean heard;
        private boolean pushed;
        private @Nullable TaskOutcome outcome;
        private boolean forgettable;
        private long bytes;

        Task(TaskRequest request) {
            this.request = request;
            this.bytes = HeapSize.OBJECT + 2L * request.getSerializedSize();
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
            if (tasks.values().stream().filter(other -> !other.forgettable).count() >= MOST) {
                throw new EdgeException(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        MOST + " tasks have not ended; wait for their outcomes or end them before you submit more");
            }
            Task task = new Task(request);
            remember(correlationId, task);
            enqueue(new Waiting(task, request, false));
        }
        return correlationId;
    }

    /** Sends a task once more, as if an answer had been lost. */
    public synchronized void redeliver(String correlationId) {
        Task task = require(correlationId);
        enqueue(new Waiting(task, task.request, false));
    }

    /** Sends once more what a lost answer held. */
    public synchronized void giveBack(TaskRequest request) {
        Task task = tasks.get(request.getCorrelationId());
        if (task != null) {
            enqueue(new Waiting(task, request, false));
        }
    }

    /** Tells the client that a task shall end, with status INTERRUPTED or TIMEOUT. */
    public synchronized void end(String correlationId, String status) {
        Task task = require(correlationId);
        enqueue(new Waiting(task, task.request.toBuilder().setStatus(status).build(), true));
        // A client that is gone never reports the end.
        task.forgettable |= ENDING.contains(status);
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
            giveUnheardBack(clientId);
            answer = polled(clientId, deliver(clientId, reports && !report.getDone(), 1));
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
            giveUnheardBack(clientId);
            answer.addAll(polled(clientId, deliver(clientId, withoutNews, Integer.MAX_VALUE)));
        }
        if (ended) {
            changes.signal();
        }
        return answer;
    }

    /** A stream that tasks are pushed into. It is called one at a time and must not block. */
    public interface Subscriber {
        /** Whether the client takes what is pushed; otherwise its tasks wait here and not on the way. */
        boolean isReady();

        void push(TaskRequest request);
    }

    /** From now on pushes a client's tasks to it. */
    public synchronized void subscribe(String clientId, Subscriber subscriber) {
        subscribers.put(clientId, subscriber);
        push(clientId);
    }

    /** The subscriber has become ready again. */
    public synchronized void pushTo(String clientId, Subscriber subscriber) {
        if (subscribers.get(clientId) == subscriber) {
            push(clientId);
        }
    }

    public synchronized void unsubscribe(String clientId, Subscriber subscriber) {
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
            task.forgettable = true;
        }
        changes.signal();
    }

    private List<TaskRequest> polled(String clientId, List<TaskRequest> delivered) {
        long now = System.nanoTime();
        for (TaskRequest request : delivered) {
            Task task = require(request.getCorrelationId());
            if (!task.heard && !task.forgettable) {
                unheard.computeIfAbsent(clientId, id -> new LinkedHashMap<>()).put(task, now);
            }
        }
        return delivered;
    }

    private void giveUnheardBack(String clientId) {
        long now = System.nanoTime();
        List<Task> lost = unheard.getOrDefault(clientId, Map.of()).entrySet().stream()
                .filter(entry -> Duration.ofNanos(now - entry.getValue()).compareTo(unheardAfter) >= 0)
                .map(Map.Entry::getKey)
                .toList();
        for (Task task : lost) {
            hear(task);
            if (!task.forgettable) {
                enqueue(new Waiting(task, task.request, false));
            }
        }
    }

    private void hear(Task task) {
        Map<Task, Long> ofClient = unheard.get(task.request.getClientId());
        if (ofClient != null && ofClient.remove(task) != null && ofClient.isEmpty()) {
            unheard.remove(task.request.getClientId());
        }
    }

    private boolean take(String clientId, ActivityReport report) {
        Task task = tasks.get(report.getCorrelationId());
        if (task != null) {
            task.heard = true;
            hear(task);
        }
        if (task == null) {
            task = new Task(startedByClient(clientId, report));
            task.forgettable = true;
            remember(report.getCorrelationId(), task);
        }
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
        task.forgettable = true;
        long size = HeapSize.OBJECT + HeapSize.of(report.getResponse());
        task.bytes += size;
        bytes += size;
        forgetOldest();
        return true;
    }

    private void remember(String correlationId, Task task) {
        tasks.put(correlationId, task);
        bytes += task.bytes;
        forgetOldest();
    }

    /** The last task stays: whoever gave it asks for it next. */
    private void forgetOldest() {
        Iterator<Task> oldest = tasks.values().iterator();
        for (int left = tasks.size(); left > 1 && (tasks.size() > MOST || bytes > mostBytes); left--) {
            Task task = oldest.next();
            if (task.forgettable) {
                oldest.remove();
                bytes -= task.bytes;
                unqueue(task);
                hear(task);
            }
        }
    }

    private void unqueue(Task task) {
        String clientId = task.request.getClientId();
        Deque<Waiting> queue = waiting.get(clientId);
        if (queue != null) {
            queue.removeIf(next -> next.task == task);
            if (queue.isEmpty()) {
                waiting.remove(clientId);
            }
        }
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
        Deque<Waiting> queue = waiting.get(clientId);
        List<TaskRequest> delivered = new ArrayList<>();
        if (queue == null) {
            return delivered;
        }
        for (Iterator<Waiting> all = queue.iterator(); all.hasNext() && delivered.size() < limit; ) {
            Waiting next = all.next();
            if (withoutNews && next.isNews()) {
                continue;
            }
            all.remove();
            next.task.delivered = true;
            delivered.add(stamped(next.request));
        }
        if (queue.isEmpty()) {
            waiting.remove(clientId);
        }
        return delivered;
    }

    private void enqueue(Waiting next) {
        String clientId = next.request.getClientId();
        Deque<Waiting> queue = waiting.computeIfAbsent(clientId, id -> new ArrayDeque<>());
        if (queue.size() >= MOST_WAITING) {
            throw new EdgeException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    MOST_WAITING + " messages wait for client " + clientId + ", which does not fetch them");
        }
        queue.add(next);
        push(clientId);
    }

    private void push(String clientId) {
        Subscriber subscriber = subscribers.get(clientId);
        while (subscriber != null && subscriber.isReady()) {
            List<TaskRequest> next = deliver(clientId, false, 1);
            if (next.isEmpty()) {
                return;
            }
            require(next.get(0).getCorrelationId()).pushed = true;
            subscriber.push(next.get(0));
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
