package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.MovedException;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The client's one way to its combiner, whichever that is at the moment. No other class of a client opens, replaces or closes a transport.
 * Whoever makes calls keeps the {@linkplain #calls() calls} of the link, and need not know that the client moves: what is under way then
 * ends with {@link MovedException}. Calls come from any thread, moves on the client's strand.
 */
final class CombinerLink {

    /**
     * A way to one combiner.
     *
     * @param combiner where it leads
     */
    record Way(GrpcConnectionOptions combiner, CombinerTransport transport) {}

    private final Adapters.TransportFactory factory;
    private final UnaryOperator<GrpcConnectionOptions> secured;
    private final ClientIdentity identity;
    private final Bearer bearer;
    private final CombinerTransport calls = new Calls(Map.of());
    private volatile Way way;
    private boolean closed;

    /**
     * A link to a combiner. It connects when it is used.
     *
     * @param secured says whether TLS is to be used where an assignment does not say so
     * @param bearer what each call shows
     */
    CombinerLink(
            Adapters.TransportFactory factory,
            UnaryOperator<GrpcConnectionOptions> secured,
            ClientIdentity identity,
            Bearer bearer,
            GrpcConnectionOptions combiner) {
        this.factory = factory;
        this.secured = secured;
        this.identity = identity;
        this.bearer = bearer;
        this.way = open(combiner);
    }

    /** The combiner that the client belongs to. */
    GrpcConnectionOptions combiner() {
        return way.combiner();
    }

    /** The calls to the combiner of the moment. */
    CombinerTransport calls() {
        return calls;
    }

    /** Opens a way to a combiner, beside the one in use. It must then be taken or abandoned. */
    Way open(GrpcConnectionOptions combiner) {
        return new Way(combiner, factory.transport(secured.apply(combiner), identity, bearer));
    }

    /** From now on all calls go this way. */
    void take(Way next) {
        if (closed) {
            abandon(next);
            return;
        }
        Way former = way;
        way = next;
        abandon(former);
    }

    /** Lets go of a way. */
    void abandon(Way other) {
        other.transport().close();
    }

    /** Lets go of the combiner. */
    void close() {
        closed = true;
        abandon(way);
    }

    private EdgeException reason(Way used, EdgeException failure) {
        Way now = way;
        return !used.equals(now) && failure.retryable()
                ? new MovedException(now.combiner().address(), failure)
                : failure;
    }

    /** The calls go to the combiner of the moment, each with these headers. */
    private final class Calls implements CombinerTransport {

        private final Map<String, String> headers;

        Calls(Map<String, String> headers) {
            this.headers = headers;
        }

        private CombinerTransport now() {
            return CombinerTransport.carrying(headers, way.transport());
        }

        private <T extends @Nullable Object> CompletionStage<T> over(
                Function<CombinerTransport, CompletionStage<T>> call) {
            Way used = way;
            return explained(used, call.apply(CombinerTransport.carrying(headers, used.transport())));
        }

        private <T extends @Nullable Object> CompletionStage<T> explained(Way used, CompletionStage<T> answer) {
            CompletableFuture<T> explained = new CompletableFuture<>();
            var unused = answer.whenComplete((value, error) -> {
                if (error == null) {
                    explained.complete(value);
                } else {
                    Throwable failure = Stages.cause(error);
                    explained.completeExceptionally(
                            failure instanceof EdgeException known ? reason(used, known) : failure);
                }
            });
            return explained;
        }

        @Override
        public CombinerTransport with(Map<String, String> more) {
            return new Calls(more);
        }

        @Override
        public CompletionStage<Hello> announce(Announcement what) {
            return over(combiner -> combiner.announce(what));
        }

        @Override
        public Dialect dialect() {
            return now().dialect();
        }

        @Override
        public boolean knowsDialect() {
            return now().knowsDialect();
        }

        @Override
        public CompletionStage<Polled> poll(Poll poll) {
            return over(combiner -> combiner.poll(poll));
        }

        @Override
        public TaskPush subscribe(TaskPush.Receiver receiver) {
            Way used = way;
            return used.transport().subscribe(new TaskPush.Receiver() {
                @Override
                public void task(TaskRequest task) {
                    receiver.task(task);
                }

                @Override
                public void ended(EdgeException why) {
                    receiver.ended(reason(used, why));
                }
            });
        }

        @Override
        public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
            Way used = way;
            Transfer<ReceivedModel> transfer =
                    CombinerTransport.carrying(headers, used.transport()).download(modelId, progress);
            return new Transfer<>(explained(used, transfer.result()), transfer.cancellation());
        }

        @Override
        public Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
            Way used = way;
            Transfer<@Nullable Void> transfer =
                    CombinerTransport.carrying(headers, used.transport()).upload(model, progress);
            return new Transfer<>(explained(used, transfer.result()), transfer.cancellation());
        }

        @Override
        public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
            return over(combiner -> combiner.send(recordId, record));
        }

        @Override
        public boolean streams(RecordKind kind) {
            return now().streams(kind);
        }

        @Override
        public RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
            Way used = way;
            return used.transport().open(kind, new RecordStream.Receiver() {
                @Override
                public void acknowledged(List<String> recordIds) {
                    receiver.acknowledged(recordIds);
                }

                @Override
                public void ended(EdgeException why) {
                    receiver.ended(reason(used, why));
                }
            });
        }

        @Override
        public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
            return over(combiner -> combiner.heartbeat(interval));
        }

        @Override
        public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
            return over(combiner -> combiner.reportBacklog(waiting, dropped, oldestAge));
        }

        @Override
        public void close() {
            CombinerLink.this.close();
        }

        @Override
        public void reconnectNow() {
            now().reconnectNow();
        }
    }
}
