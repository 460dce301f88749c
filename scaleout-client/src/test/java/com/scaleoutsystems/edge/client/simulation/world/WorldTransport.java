package com.scaleoutsystems.edge.client.simulation.world;

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
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.internal.wire.WatchedStream;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.simulation.world.WorldNetwork.Call;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls of one process to one address. */
final class WorldTransport implements CombinerTransport {

    private static final long CALL_TIMEOUT = Duration.ofSeconds(30).toNanos();

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private static final int STREAM_LOSSES = 5;

    private final SimulatedDay day;
    private final SimulatedProcess process;
    private final WorldNetwork network;
    private final String address;
    private final Bearer bearer;
    private final List<Stream> streams = new ArrayList<>();
    private final Set<CompletableFuture<?>> underWay = new LinkedHashSet<>();
    private boolean answered;
    private boolean closed;
    private int polls;

    WorldTransport(SimulatedDay day, SimulatedProcess process, String address, Bearer bearer) {
        this.day = day;
        this.process = process;
        this.network = day.network();
        this.address = address;
        this.bearer = bearer;
        network.opened(this);
    }

    @Override
    public CompletionStage<Hello> announce(Announcement what) {
        return call(Call.ANNOUNCE, what, () -> new Hello(true, "1.1.0", "ok"));
    }

    @Override
    public Dialect dialect() {
        return Dialects.of(Generation.V1_1);
    }

    @Override
    public boolean knowsDialect() {
        return answered;
    }

    @Override
    public CompletionStage<Polled> poll(Poll poll) {
        if (++polls > 1) {
            day.checks().violated("one poll at a time", "two polls are under way");
        }
        CompletableFuture<Polled> answer = call(Call.POLL, poll.reports(), () -> {
            answered = true;
            return new Polled(day.server().polled(poll), poll.reports());
        });
        var unused = answer.whenComplete((polled, error) -> polls--);
        return answer;
    }

    @Override
    public TaskPush subscribe(TaskPush.Receiver receiver) {
        throw new AssertionError("tasks are polled here");
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        CompletableFuture<ReceivedModel> result = call(Call.DOWNLOAD, modelId, () -> {
            ScaleoutModel model = day.server().model(modelId);
            if (day.strikes(Fault.Kind.WRONG_CHECKSUM)) {
                throw new EdgeException(ErrorCode.DATA_LOSS, "the checksum does not match", null, true, 1);
            }
            return new ReceivedModel(model.share(), Optional.of(model.checksum()));
        });
        return new Transfer<>(
                result,
                () -> result.completeExceptionally(
                        new EdgeException(ErrorCode.CANCELLED, "broken off", null, true, 1)));
    }

    @Override
    public Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        ScaleoutModel sent = model.share();
        CompletableFuture<@Nullable Void> result = call(Call.UPLOAD, model.modelId(), () -> {
            day.server().uploaded(sent);
            return null;
        });
        var unused = result.whenComplete((done, error) -> {
            if (error != null) {
                day.checks().uploadFailed(sent.modelId());
            }
        });
        return new Transfer<>(
                result,
                () -> result.completeExceptionally(
                        new EdgeException(ErrorCode.CANCELLED, "broken off", null, true, 1)));
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        day.checks().sends(recordId, record, process);
        CompletableFuture<@Nullable Void> answer = call(Call.SEND, record, () -> {
            day.server().take(recordId, record);
            return null;
        });
        var unused = answer.whenComplete((done, error) -> {
            if (error == null) {
                day.checks().acknowledged(recordId, process);
            } else {
                day.checks().refused(recordId);
            }
        });
        return answer;
    }

    @Override
    public boolean streams(RecordKind kind) {
        return true;
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
        mayCall(Call.STREAM);
        return new WatchedStream(
                process.strand("watch"), IDLE_TIMEOUT, receiver, watch -> new Stream(watch, bearer.token()));
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        return call(Call.HEARTBEAT, "", () -> null);
    }

    @Override
    public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
        if (oldestAge.isPresent() && oldestAge.get().isNegative()) {
            day.checks().violated("nothing is younger than new", "a record has the age " + oldestAge.get());
        }
        return call(Call.BACKLOG, waiting, () -> null);
    }

    @Override
    public void close() {
        closed = true;
        network.closed(this);
        List.copyOf(underWay)
                .forEach(answer -> answer.completeExceptionally(
                        new EdgeException(ErrorCode.CANCELLED, "the transport is closed", null, true, 1)));
        breakStreams(new EdgeException(ErrorCode.CANCELLED, "the transport is closed", null, true, 1));
    }

    @Override
    public void reconnectNow() {}

    void breakStreams(EdgeException reason) {
        List.copyOf(streams).forEach(stream -> stream.end(reason));
    }

    private void mayCall(Call call) {
        if (closed) {
            day.checks().violated("nothing is called after the end", call + " on a closed transport");
        }
    }

    private <T extends @Nullable Object> CompletableFuture<T> call(Call call, Object detail, Supplier<T> server) {
        mayCall(call);
        day.call(() -> "→ " + call + " " + detail);
        CompletableFuture<T> answer = new CompletableFuture<>();
        underWay.add(answer);
        Cancellable timeout = process.later(
                call.isTransfer() ? IDLE_TIMEOUT.toNanos() : CALL_TIMEOUT,
                () -> answer.completeExceptionally(
                        new EdgeException(ErrorCode.DEADLINE_EXCEEDED, "no answer in time", null, true, 1)));
        var unused = answer.whenComplete((value, error) -> {
            timeout.cancel();
            underWay.remove(answer);
            day.answered(error == null);
            day.call(() -> (error == null ? "← " : "✗ ") + call + " " + detail
                    + (error == null ? "" : ": " + error.getMessage()));
        });
        var asked = bearer.token().whenComplete((token, error) -> {
            if (error != null) {
                EdgeException known = (EdgeException) Stages.cause(error);
                reply(() -> answer.completeExceptionally(
                        new EdgeException(known.code(), "no access token: " + known.getMessage(), known, true, 1)));
            } else if (!network.isSilent()) {
                day.time().after(Duration.ofNanos(day.latency()), () -> arrives(call, token, server, answer));
            }
        });
        return answer;
    }

    private void reply(Runnable answer) {
        reply(day.latency(), answer);
    }

    private void reply(long nanos, Runnable answer) {
        process.later(nanos, () -> {
            if (!network.isSilent()) {
                answer.run();
            }
        });
    }

    /** Why the combiner does not act on a call, if it does not. */
    private @Nullable EdgeException obstacle(Call call, Optional<String> token) {
        if (!network.answers(address)) {
            return WorldNetwork.away();
        }
        if (day.strikes(Fault.Kind.LOSE_REQUESTS)) {
            return WorldNetwork.broke();
        }
        if (!day.api().accepts(token)) {
            return new EdgeException(ErrorCode.UNAUTHENTICATED, "the token is not good", null, true, 1);
        }
        return network.refusal(call);
    }

    private <T extends @Nullable Object> void arrives(
            Call call, Optional<String> token, Supplier<T> server, CompletableFuture<T> answer) {
        if (network.isSilent()) {
            return;
        }
        EdgeException obstacle = obstacle(call, token);
        if (obstacle != null) {
            reply(() -> fails(answer, token, obstacle));
            return;
        }
        T value;
        try {
            value = server.get();
        } catch (EdgeException refusal) {
            reply(() -> answer.completeExceptionally(refusal));
            return;
        }
        if (day.strikes(Fault.Kind.LOSE_ANSWERS)) {
            reply(() -> answer.completeExceptionally(WorldNetwork.broke()));
        } else {
            boolean late = day.strikes(Fault.Kind.LATE_ANSWERS);
            reply(late ? day.between(5, 90) : day.latency(), () -> answer.complete(value));
        }
    }

    private void fails(CompletableFuture<?> answer, Optional<String> token, EdgeException error) {
        if (error.code() == ErrorCode.UNAUTHENTICATED) {
            token.ifPresent(bearer::refused);
        }
        answer.completeExceptionally(error);
    }

    private final class Stream implements WatchedStream.Breakable {

        private final RecordStream.Receiver receiver;
        private final Set<String> waiting = new LinkedHashSet<>();
        private Optional<String> token = Optional.empty();
        private long lastArrival;
        private boolean over;

        Stream(RecordStream.Receiver receiver, CompletionStage<Optional<String>> asked) {
            this.receiver = receiver;
            streams.add(this);
            var unused = asked.whenComplete((given, error) -> {
                if (error != null) {
                    EdgeException known = (EdgeException) Stages.cause(error);
                    reply(() -> end(new EdgeException(known.code(), "no access token", known, true, 1)));
                    return;
                }
                token = given;
                travel(() -> {
                    EdgeException obstacle = obstacle(Call.STREAM, token);
                    if (obstacle != null) {
                        reply(() -> refused(obstacle));
                    }
                });
            });
        }

        private void refused(EdgeException reason) {
            if (reason.code() == ErrorCode.UNAUTHENTICATED) {
                token.ifPresent(bearer::refused);
            }
            end(reason);
        }

        void end(EdgeException reason) {
            if (!over) {
                over = true;
                streams.remove(this);
                waiting.forEach(day.checks()::refused);
                receiver.ended(reason);
            }
        }

        /** Messages of a stream stay in order. */
        private void travel(Runnable arrives) {
            long now = day.time().now();
            lastArrival = Math.max(lastArrival, now + day.latency());
            day.time().after(Duration.ofNanos(lastArrival - now), () -> {
                if (!over && !network.isSilent()) {
                    arrives.run();
                }
            });
        }

        @Override
        public void send(String recordId, RecordBody record) {
            mayCall(Call.STREAM);
            day.checks().sends(recordId, record, process);
            day.call(() -> "→ STREAM " + record);
            waiting.add(recordId);
            if (over || network.isSilent()) {
                return;
            }
            travel(() -> travel(() -> arrives(recordId, record)));
        }

        private void arrives(String recordId, RecordBody record) {
            if (!network.answers(address) || breaks()) {
                reply(() -> end(WorldNetwork.broke()));
                return;
            }
            day.server().take(recordId, record);
            if (day.strikes(Fault.Kind.LOSE_ACKNOWLEDGEMENTS)) {
                return;
            }
            long nanos = day.strikes(Fault.Kind.LATE_ACKNOWLEDGEMENTS) ? day.between(1, 150) : day.latency();
            int times = day.strikes(Fault.Kind.DOUBLE_ACKNOWLEDGEMENTS) ? 2 : 1;
            for (int i = 0; i < times; i++) {
                reply(nanos, () -> acknowledge(recordId));
            }
        }

        /** What is lost on a stream breaks it: a stream on which most records are lost would carry none. */
        private boolean breaks() {
            return day.strikes(Fault.Kind.LOSE_REQUESTS) && day.chance(STREAM_LOSSES);
        }

        private void acknowledge(String recordId) {
            if (!over) {
                day.checks().acknowledged(recordId, process);
                day.call(() -> "← STREAM " + recordId);
                waiting.remove(recordId);
                receiver.acknowledged(List.of(recordId));
            }
        }

        @Override
        public void close() {
            // Acknowledgements may still come; then the server ends the stream, too.
            travel(() -> reply(() -> streams.remove(this)));
        }

        @Override
        public void cancel() {
            over = true;
            streams.remove(this);
        }
    }
}
