package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A transport on which only polls are expected. */
record OnlyPolls(Function<CombinerTransport.Poll, CompletionStage<List<TaskRequest>>> polls)
        implements CombinerTransport {

    private static AssertionError unexpected(String call) {
        return new AssertionError("unexpected call: " + call);
    }

    @Override
    public CompletionStage<Hello> announce(Announcement what) {
        throw unexpected("announce");
    }

    @Override
    public boolean knowsDialect() {
        throw unexpected("knowsDialect");
    }

    @Override
    public Dialect dialect() {
        return Dialects.of(Generation.V1_1);
    }

    @Override
    public CompletionStage<Polled> poll(Poll poll) {
        return polls.apply(poll).thenApply(tasks -> new Polled(tasks, poll.reports()));
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        throw unexpected("download");
    }

    @Override
    public Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        throw unexpected("upload");
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        throw unexpected("send");
    }

    @Override
    public TaskPush subscribe(TaskPush.Receiver receiver) {
        throw unexpected("subscribe");
    }

    @Override
    public boolean streams(RecordKind kind) {
        return true;
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
        throw unexpected("open");
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        throw unexpected("heartbeat");
    }

    @Override
    public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
        throw unexpected("reportBacklog");
    }

    @Override
    public void close() {
        throw unexpected("close");
    }

    @Override
    public void reconnectNow() {
        // Feeds may ask for it; there is nothing to reconnect.
    }
}
