package com.scaleoutsystems.edge.client.internal.local;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A combiner in the memory of this process, for one client. Takes all that comes, and answers at once or, while away, later. */
final class LocalCombiner implements CombinerTransport {

    private final Env env;
    private final Map<String, ScaleoutModel> models = new LinkedHashMap<>();
    private final List<TaskRequest> tasks = new ArrayList<>();
    private final Map<String, RecordBody> records = new LinkedHashMap<>();
    private final CompletableFuture<TaskReport> end = new CompletableFuture<>();

    /** Done while the combiner can be reached. */
    private CompletableFuture<@Nullable Void> reachable = CompletableFuture.completedFuture(null);

    LocalCombiner(Env env) {
        this.env = env;
    }

    /** Offers a model. The caller keeps its handle. */
    synchronized void add(ScaleoutModel model) {
        models.put(model.modelId(), model.share());
    }

    /** A handle of a model that was offered or uploaded; the caller closes it. */
    synchronized Optional<ScaleoutModel> model(String modelId) {
        return Optional.ofNullable(models.get(modelId)).map(ScaleoutModel::share);
    }

    /** Hands a task, or the wish that one stop, to the client. */
    synchronized void give(TaskRequest task) {
        tasks.add(task);
    }

    /** The end of the first task that has one. */
    CompletionStage<TaskReport> end() {
        return end;
    }

    /** All records that came, once each, in order. */
    synchronized List<RecordBody> records() {
        return List.copyOf(records.values());
    }

    /** From now on nothing arrives and nothing is answered. */
    synchronized void goAway() {
        if (reachable.isDone()) {
            reachable = new CompletableFuture<>();
        }
    }

    /** What was sent meanwhile arrives. */
    void comeBack() {
        reachable().complete(null);
    }

    private synchronized CompletableFuture<@Nullable Void> reachable() {
        return reachable;
    }

    /** Acts when it can be reached, never on the caller's thread. */
    private <T extends @Nullable Object> CompletionStage<T> call(Supplier<T> action) {
        return reachable().thenApplyAsync(there -> action.get(), env.io());
    }

    private synchronized @Nullable Void take(String recordId, RecordBody record) {
        records.put(recordId, record);
        return null;
    }

    @Override
    public CompletionStage<Hello> announce(Announcement what) {
        return call(() -> new Hello(true, dialect().release(), ""));
    }

    @Override
    public Dialect dialect() {
        return Dialects.of(Generation.V1_1);
    }

    @Override
    public boolean knowsDialect() {
        return true;
    }

    @Override
    public CompletionStage<Polled> poll(Poll poll) {
        return call(() -> {
            poll.reports().stream().filter(TaskReport::done).forEach(end::complete);
            return new Polled(poll.skipTasks() ? List.of() : waiting(), poll.reports());
        });
    }

    private synchronized List<TaskRequest> waiting() {
        List<TaskRequest> given = List.copyOf(tasks);
        tasks.clear();
        return given;
    }

    @Override
    public TaskPush subscribe(TaskPush.Receiver receiver) {
        throw new EdgeException(ErrorCode.UNIMPLEMENTED, "clients poll this combiner");
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        CompletableFuture<ReceivedModel> result = call(() -> received(modelId)).toCompletableFuture();
        return new Transfer<>(result, () -> result.cancel(false));
    }

    private ReceivedModel received(String modelId) {
        ScaleoutModel model = model(modelId)
                .orElseThrow(() -> new EdgeException(ErrorCode.NOT_FOUND, "there is no model " + modelId));
        return new ReceivedModel(model, Optional.of(model.checksum()));
    }

    @Override
    public Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        CompletionStage<@Nullable Void> stored = call(() -> {
            add(model);
            return null;
        });
        return new Transfer<>(stored, () -> {});
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        return call(() -> take(recordId, record));
    }

    @Override
    public boolean streams(RecordKind kind) {
        return true;
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
        return new RecordStream() {
            @Override
            public void send(String recordId, RecordBody record) {
                var unused = call(() -> {
                    take(recordId, record);
                    receiver.acknowledged(List.of(recordId));
                    return null;
                });
            }

            @Override
            public void hold(boolean silent) {}

            @Override
            public void close() {}
        };
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        return call(() -> null);
    }

    @Override
    public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
        return call(() -> null);
    }

    /** Lets go of the models. */
    @Override
    public synchronized void close() {
        models.values().forEach(ScaleoutModel::close);
        models.clear();
    }

    @Override
    public void reconnectNow() {}
}
