package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.internal.transport.UnknownStreams;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.internal.wire.WatchedStream;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A combiner behind a network of random latency, both simulated. Tests script its tasks and its faults. */
final class SimulatedCombiner implements CombinerTransport {

    /** A fault that strikes once. */
    private record Fault(Predicate<String> calls, EdgeException error, boolean afterTheServerActed) {}

    /** The defaults of {@code NetworkProfile}: no call waits longer for its answer, and no transfer or stream for progress. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private static final EdgeException UNKNOWN = new EdgeException(ErrorCode.UNIMPLEMENTED, "what is that");

    private final VirtualEnv env;
    private final List<String> log = new ArrayList<>();
    private final Map<String, ScaleoutModel> models = new LinkedHashMap<>();
    private final Map<String, ScaleoutModel> once = new LinkedHashMap<>();
    private final List<TaskRequest> toDeliver = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<CompletableFuture<?>> unanswered = new ArrayList<>();
    private final Map<String, EdgeException> broken = new LinkedHashMap<>();
    private @Nullable RateLimit limit;
    private @Nullable Bearer bearer;
    private String accepted = "";
    private final Map<String, List<TaskReport>> doneReports = new LinkedHashMap<>();
    private final List<RecordBody> records = new ArrayList<>();
    private final List<String> withHeaders = new ArrayList<>();
    private final List<String> recordIds = new ArrayList<>();
    private final List<Long> recordTimes = new ArrayList<>();
    private Consumer<TaskReport> firstDone = report -> {};
    private final List<RecordStream.Receiver> streams = new ArrayList<>();
    private List<TaskRequest> delivered = List.of();
    private final Set<String> handedOut = new HashSet<>();
    private Generation spoken = Generation.V1_1;
    private boolean answered;
    private boolean takesNote = true;
    private TaskPush.@Nullable Receiver pushed;
    private @Nullable EdgeException refusal;
    private int asked;
    private boolean refusesStreams;
    private boolean knowsStreams = true;
    private final UnknownStreams unknownStreams;
    private boolean away;
    private @Nullable String silent;
    private @Nullable List<Runnable> heldBack;
    private @Nullable String poison;
    private @Nullable EdgeException poisoned;
    private boolean losesAcknowledgement;
    private Duration slowness = Duration.ZERO;
    private int pollsInFlight;
    private Duration callTimeout = CALL_TIMEOUT;

    SimulatedCombiner(VirtualEnv env) {
        this.env = env;
        this.unknownStreams = new UnknownStreams(env);
    }

    /** A small model with the given id. */
    static ScaleoutModel model(String id, float value) {
        return ScaleoutModel.builder()
                .modelId(id)
                .trainingModel(ModelParameters.of(Tensor.ofFloats(new float[] {value, value}, 2)))
                .build();
    }

    static TaskRequest task(String id, String type, String modelId) {
        return TaskRequest.of(id, type)
                .withModelId(modelId)
                .withSessionId("session")
                .withRoundId("1")
                .withData("{\"client_settings\": {}}");
    }

    static TaskRequest train(String id, String modelId) {
        return task(id, "Scaleout_ModelUpdate", modelId);
    }

    static TaskRequest validate(String id, String modelId) {
        return task(id, "Scaleout_Validation", modelId);
    }

    /** A wish that a task stop. */
    static TaskRequest stop(String id, String status) {
        return TaskRequest.of(id, "").withStatus(status);
    }

    void addModel(String id, float value) {
        models.put(id, model(id, value));
    }

    /** Hands out a model once, with its only handle; the combiner does not keep it. */
    void addModelOnce(ScaleoutModel model) {
        once.put(model.modelId(), model);
    }

    /** Hands the task out with the next poll that takes tasks. */
    void deliver(TaskRequest task) {
        toDeliver.add(task);
        push();
    }

    /** Hands the task out with every poll from now on. */
    void deliverAlways(TaskRequest task) {
        delivered = List.of(task);
    }

    /** Whether a poll was answered with this task; the answer may still be under way. */
    boolean wasDelivered(String task) {
        return handedOut.contains(task);
    }

    /** Hears of each task's first last report. */
    void onDone(Consumer<TaskReport> listener) {
        firstDone = listener;
    }

    /** The next call whose description holds the text fails before the server has seen it. */
    void failNext(String call, EdgeException error) {
        faults.add(new Fault(text -> text.contains(call), error, false));
    }

    /** Each call whose description holds the text fails before the server has seen it, until {@link #workAgain()}. */
    void failAlways(String call, EdgeException error) {
        broken.put(call, error);
    }

    /** What fails always works from now on. */
    void workAgain() {
        broken.clear();
    }

    /** So many calls pass in a second, and a few more at once. The others fail in this way. */
    void limitRate(double perSecond, int burst, EdgeException refusal) {
        limit = new RateLimit(perSecond, burst, refusal);
    }

    private final class RateLimit {

        private final double perSecond;
        private final int burst;
        private final EdgeException refusal;
        private double tokens;
        private long filled = env.nanos();

        RateLimit(double perSecond, int burst, EdgeException refusal) {
            this.perSecond = perSecond;
            this.burst = burst;
            this.refusal = refusal;
            this.tokens = burst;
        }

        boolean passes() {
            long now = env.nanos();
            tokens = Math.min(burst, tokens + (now - filled) / 1e9 * perSecond);
            filled = now;
            boolean passes = tokens >= 1;
            tokens -= passes ? 1 : 0;
            return passes;
        }
    }

    private @Nullable EdgeException refusal(String call) {
        if (limit != null && !limit.passes()) {
            return limit.refusal;
        }
        return broken.entrySet().stream()
                .filter(entry -> call.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The server acts on the next call whose description holds the text, but its answer is lost. */
    void loseNextAnswer(String call) {
        faults.add(new Fault(text -> text.contains(call), brokenConnection(), true));
    }

    private static EdgeException brokenConnection() {
        return new EdgeException(ErrorCode.UNAVAILABLE, "the connection broke", null, true, 1);
    }

    /** The stream that brings the next record breaks when the record has come, before it is acknowledged. */
    void loseNextAcknowledgement() {
        losesAcknowledgement = true;
    }

    /** Each message of a call, there and back, takes so much longer from now on. */
    void slow(Duration longer) {
        slowness = longer;
    }

    /** No call waits longer for its answer from now on. */
    void callTimeout(Duration longest) {
        callTimeout = longest;
    }

    /** Calls of this description are not answered from now on, those that are under way as well. */
    void silence(String call) {
        silent = call;
    }

    /** Nothing is answered any more but by errors, and all streams break. */
    void goAway() {
        away = true;
        breakStreams(new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1));
    }

    /** Answers again. */
    void comeBack() {
        away = false;
    }

    /** Nothing passes any more, either way; the connection stands. */
    void fallSilent() {
        heldBack = new ArrayList<>();
    }

    /** What was held back passes now. */
    void speakAgain() {
        List<Runnable> held = heldBack;
        heldBack = null;
        if (held != null) {
            held.forEach(message -> env.schedule(latency(), message));
        }
    }

    private void pass(Runnable message) {
        if (heldBack == null) {
            env.schedule(latency().plus(slowness), message);
        } else {
            heldBack.add(message);
        }
    }

    /** All streams that are open break. */
    void breakStreams(EdgeException reason) {
        List<RecordStream.Receiver> open = List.copyOf(streams);
        streams.clear();
        open.forEach(receiver -> env.schedule(latency(), () -> receiver.ended(reason)));
    }

    /** A stream on which this text comes breaks. */
    void breakStreamsAt(String text) {
        breakStreamsAt(text, new EdgeException(ErrorCode.INTERNAL, "poisoned", null, true, 1));
    }

    /** A stream on which this text comes breaks with this error. */
    void breakStreamsAt(String text, EdgeException reason) {
        poison = text;
        poisoned = reason;
    }

    /** No stream opens any more. */
    void refuseStreams() {
        refusesStreams = true;
    }

    /** Whether streams of records are known from now on; those that are open break if not. */
    void knowStreams(boolean known) {
        knowsStreams = known;
        if (!known) {
            breakStreams(UNKNOWN);
        }
    }

    /** How often a stream of this kind was opened. */
    long opened(RecordKind kind) {
        return log.stream().filter(line -> line.endsWith("open " + kind)).count();
    }

    /** All that happened, in order and with its virtual time. */
    List<String> log() {
        return log;
    }

    /** The process of the client is gone. */
    void clientGone() {
        unanswered.clear();
        streams.clear();
        heldBack = null;
        pollsInFlight = 0;
    }

    /** The ids of the records that came, in order, repeats included. */
    List<String> recordIds() {
        return recordIds;
    }

    /** When the records came, in virtual nanoseconds. */
    List<Long> recordTimes() {
        return recordTimes;
    }

    /** The records that came, in order, repeats included. */
    List<RecordBody> records() {
        return records;
    }

    <T extends RecordBody> List<T> records(Class<T> type) {
        return records.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The last reports of each task. */
    Map<String, List<TaskReport>> doneReports() {
        return doneReports;
    }

    /** How often something of this description was called. */
    long calls(String text) {
        return log.stream()
                .filter(line -> line.contains("→ ") && line.contains(text))
                .count();
    }

    /** The names of the calls that carried headers, with these headers. */
    List<String> withHeaders() {
        return withHeaders;
    }

    @Override
    public CombinerTransport with(Map<String, String> headers) {
        return (CombinerTransport) Proxy.newProxyInstance(
                CombinerTransport.class.getClassLoader(),
                new Class<?>[] {CombinerTransport.class},
                (proxy, method, arguments) -> {
                    withHeaders.add(method.getName() + " " + headers);
                    return method.invoke(this, arguments);
                });
    }

    @Override
    public CompletionStage<Hello> announce(Announcement what) {
        env.mayFail();
        return call("announce " + what, () -> new Hello(true, "1.1.0", "ok"));
    }

    @Override
    public Dialect dialect() {
        return Dialects.of(spoken);
    }

    @Override
    public boolean knowsDialect() {
        return answered;
    }

    @Override
    public CompletionStage<Polled> poll(Poll poll) {
        env.mayFail();
        pollsInFlight++;
        if (pollsInFlight > 1) {
            throw new AssertionError("two polls in flight");
        }
        return this.<Polled>call("poll " + poll.reports(), () -> {
                    List<TaskReport> told = spoken == Generation.V1_0 ? one(poll.reports()) : poll.reports();
                    told.stream().filter(TaskReport::done).forEach(this::taskDone);
                    List<TaskRequest> tasks = new ArrayList<>();
                    told.stream()
                            .filter(report -> report.announcement() != null && takesNote)
                            .forEach(report -> tasks.add(known(report)));
                    if (spoken == Generation.V1_0) {
                        tasks.addAll(nextAfter(told));
                    } else if (!poll.skipTasks()) {
                        tasks.addAll(toDeliver);
                        tasks.addAll(delivered);
                        toDeliver.clear();
                    }
                    tasks.forEach(task -> handedOut.add(task.correlationId()));
                    answered = true;
                    return new Polled(tasks, told);
                })
                .whenComplete((tasks, error) -> pollsInFlight--);
    }

    /** In generation 1.0 a poll has room for one report, and ends come first; of autonomous tasks it tells nothing. */
    private static List<TaskReport> one(List<TaskReport> reports) {
        Comparator<TaskReport> endsFirst =
                Comparator.comparing(TaskReport::done).reversed();
        return reports.stream()
                .filter(report -> !report.announcesAutonomousTask())
                .sorted(endsFirst)
                .limit(1)
                .toList();
    }

    /** In generation 1.0 a client that is busy hears of wishes for its task only, and one that is not gets one task. */
    private List<TaskRequest> nextAfter(List<TaskReport> told) {
        boolean busy = told.stream().anyMatch(report -> !report.done());
        Optional<TaskRequest> next = toDeliver.stream()
                .filter(task -> !busy || !task.status().isEmpty())
                .findFirst();
        next.ifPresent(toDeliver::remove);
        return next.stream().toList();
    }

    private static TaskRequest known(TaskReport report) {
        return TaskRequest.of(report.correlationId(), "Autonomous_x").withStatus(report.status());
    }

    /** Takes no note of tasks that clients start themselves. */
    void ignoreAutonomousTasks() {
        takesNote = false;
    }

    /** Is of this generation from now on. */
    void speak(Generation value) {
        spoken = value;
    }

    /** The next stream of tasks cannot be opened. */
    void refuseNextSubscription(EdgeException failure) {
        refusal = failure;
    }

    @Override
    public TaskPush subscribe(TaskPush.Receiver receiver) {
        env.mayFail();
        note("subscribe");
        if (refusal != null) {
            EdgeException failure = refusal;
            refusal = null;
            throw failure;
        }
        answered = true;
        pushed = receiver;
        return new TaskPush() {
            @Override
            public void request() {
                note("request");
                asked++;
                push();
            }

            @Override
            public void close() {
                note("unsubscribe");
                pushed = null;
                asked = 0;
            }
        };
    }

    private void push() {
        while (pushed != null && asked > 0 && !toDeliver.isEmpty()) {
            asked--;
            TaskRequest task = toDeliver.remove(0);
            handedOut.add(task.correlationId());
            TaskPush.Receiver receiver = pushed;
            env.schedule(latency(), () -> receiver.task(task));
        }
    }

    /** The stream of tasks ends. */
    void breakPush(EdgeException reason) {
        TaskPush.Receiver receiver = pushed;
        pushed = null;
        asked = 0;
        if (receiver != null) {
            env.schedule(latency(), () -> receiver.ended(reason));
        }
    }

    @Override
    public boolean streams(RecordKind kind) {
        return spoken == Generation.V1_1 && unknownStreams.mayOpen(kind);
    }

    private void taskDone(TaskReport report) {
        List<TaskReport> reports = doneReports.computeIfAbsent(report.correlationId(), id -> new ArrayList<>());
        reports.add(report);
        if (reports.size() == 1) {
            firstDone.accept(report);
        }
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        env.mayFail();
        CompletableFuture<ReceivedModel> result = cancellable(call("download " + modelId, () -> {
            ScaleoutModel only = once.remove(modelId);
            if (only != null) {
                return new ReceivedModel(only, Optional.of(only.checksum()));
            }
            ScaleoutModel model = models.get(modelId);
            if (model == null) {
                throw new EdgeException(ErrorCode.NOT_FOUND, "no model " + modelId);
            }
            return new ReceivedModel(model.share(), Optional.of(model.checksum()));
        }));
        return new Transfer<>(result, () -> cancel("download " + modelId, result));
    }

    @Override
    public Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        env.mayFail();
        String what = "upload " + model.modelId() + " " + model.checksum();
        CompletableFuture<@Nullable Void> result = SimulatedCombiner.<@Nullable Void>cancellable(call(what, () -> {
            models.put(model.modelId(), model.share());
            return null;
        }));
        return new Transfer<>(result, () -> cancel(what, result));
    }

    private static <T extends @Nullable Object> CompletableFuture<T> cancellable(CompletionStage<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        call.whenComplete((value, error) -> {
            if (error == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(error);
            }
        });
        return result;
    }

    private void cancel(String what, CompletableFuture<?> transfer) {
        note("cancel " + what);
        pass(() -> transfer.completeExceptionally(new EdgeException(ErrorCode.CANCELLED, "broken off")));
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        if (record instanceof RecordBody.Inference) {
            note("→ wait " + recordId);
            return CompletableFuture.failedFuture(
                    unknownStreams.waiting(RecordKind.INFERENCE_RESULT).orElse(UNKNOWN));
        }
        env.mayFail();
        return call("send " + recordId + " " + record, () -> {
            take(recordId, record);
            if (record instanceof RecordBody.ModelUpdate update && !models.containsKey(update.updateId())) {
                throw new EdgeException(ErrorCode.NOT_FOUND, "update " + update.updateId() + " was not uploaded");
            }
            return null;
        });
    }

    private void take(String recordId, RecordBody record) {
        records.add(record);
        recordIds.add(recordId);
        recordTimes.add(env.nanos());
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
        env.mayFail();
        note("open " + kind);
        return new WatchedStream(env.strand("watch"), IDLE_TIMEOUT, receiver, watch -> stream(kind, watch));
    }

    private WatchedStream.Breakable stream(RecordKind kind, RecordStream.Receiver receiver) {
        if (refusesStreams || away) {
            env.schedule(
                    latency(), () -> receiver.ended(new EdgeException(ErrorCode.UNAVAILABLE, "no", null, true, 1)));
        } else if (!knowsStreams) {
            env.schedule(latency(), () -> {
                unknownStreams.add(kind);
                receiver.ended(UNKNOWN);
            });
        } else {
            streams.add(receiver);
        }
        return new WatchedStream.Breakable() {
            @Override
            public void send(String recordId, RecordBody record) {
                env.mayFail();
                note("stream " + recordId + " " + record);
                if (poison != null && record.toString().contains(poison) && streams.remove(receiver)) {
                    EdgeException reason = poisoned;
                    env.schedule(latency(), () -> receiver.ended(reason));
                }
                if (losesAcknowledgement && streams.remove(receiver)) {
                    losesAcknowledgement = false;
                    take(recordId, record);
                    env.schedule(latency(), () -> receiver.ended(brokenConnection()));
                } else if (streams.contains(receiver) && heldBack == null) {
                    take(recordId, record);
                    unknownStreams.remove(kind);
                    env.schedule(latency(), () -> receiver.acknowledged(List.of(recordId)));
                } else if (streams.contains(receiver)) {
                    pass(() -> {
                        take(recordId, record);
                        pass(() -> receiver.acknowledged(List.of(recordId)));
                    });
                }
            }

            @Override
            public void close() {
                note("close " + kind);
            }

            @Override
            public void cancel() {
                note("break off " + kind);
                streams.remove(receiver);
            }
        };
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        env.mayFail();
        return call("heartbeat", () -> null);
    }

    @Override
    public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
        env.mayFail();
        return call("backlog " + waiting + " " + dropped + " " + oldestAge, () -> null);
    }

    @Override
    public void close() {
        note("closed");
        List<CompletableFuture<?>> open = List.copyOf(unanswered);
        unanswered.clear();
        open.forEach(answer -> env.schedule(
                Duration.ZERO,
                () -> answer.completeExceptionally(
                        new EdgeException(ErrorCode.UNAVAILABLE, "the connection was closed", null, true, 1))));
    }

    @Override
    public void reconnectNow() {
        note("reconnect");
    }

    private <T extends @Nullable Object> CompletionStage<T> call(String what, Supplier<T> server) {
        note("→ " + what);
        Fault fault = faults.stream()
                .filter(candidate -> candidate.calls().test(what))
                .findFirst()
                .orElse(null);
        faults.remove(fault);
        CompletableFuture<T> answer = new CompletableFuture<>();
        Cancellable timeout = env.schedule(what.contains("load ") ? IDLE_TIMEOUT : callTimeout, () -> {
            note("✗ " + what + ": too late");
            answer.completeExceptionally(
                    new EdgeException(ErrorCode.DEADLINE_EXCEEDED, "no answer in time", null, true, 1));
        });
        unanswered.add(answer);
        answer.whenComplete((value, error) -> {
            unanswered.remove(answer);
            timeout.cancel();
        });
        Bearer asked = bearer;
        if (asked == null) {
            act(what, server, fault, answer);
        } else {
            asked.token().whenComplete((token, error) -> {
                if (error != null) {
                    answer.completeExceptionally(Stages.cause(error));
                } else if (token.filter(accepted::equals).isPresent()) {
                    act(what, server, fault, answer);
                } else {
                    pass(() -> pass(() -> refuse(what, asked, token.orElse(""), answer)));
                }
            });
        }
        return answer;
    }

    private void refuse(String what, Bearer asked, String token, CompletableFuture<?> answer) {
        note("✗ " + what + ": who are you");
        asked.refused(token);
        answer.completeExceptionally(
                new EdgeException(ErrorCode.UNAUTHENTICATED, "who are you", null, asked.isRenewed(), 1));
    }

    private <T extends @Nullable Object> void act(
            String what, Supplier<T> server, @Nullable Fault fault, CompletableFuture<T> answer) {
        pass(() -> {
            try {
                if (away) {
                    throw new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);
                }
                EdgeException refusal = refusal(what);
                if (refusal != null) {
                    throw refusal;
                }
                if (fault != null && !fault.afterTheServerActed()) {
                    throw fault.error();
                }
                T value = server.get();
                if (silent != null && what.contains(silent)) {
                    return;
                }
                if (fault != null) {
                    throw fault.error();
                }
                pass(() -> {
                    note("← " + what);
                    answer.complete(value);
                });
            } catch (EdgeException failure) {
                pass(() -> {
                    note("✗ " + what + ": " + failure.getMessage());
                    answer.completeExceptionally(failure);
                });
            }
        });
    }

    /** A transport was opened that shows this. */
    void opened(Bearer shown) {
        if (!accepted.isEmpty()) {
            bearer = shown;
        }
    }

    /** The same for each transport that is opened from now on. */
    void accept(String token) {
        accepted = token;
    }

    /** From now on calls by themselves, though not streams, must show the one token. */
    void accept(Bearer shown, String token) {
        bearer = shown;
        accepted = token;
    }

    private Duration latency() {
        return Duration.ofNanos(env.random().nextLong(1_000_000, 80_000_000));
    }

    private void note(String event) {
        log.add(Duration.ofNanos(env.nanos()) + " " + event);
    }
}
