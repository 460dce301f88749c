package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Faults that a client could have, so that it can be seen that the kill test finds them. */
enum PlantedBug {
    /** None. */
    NONE,
    /** Tasks are not written down. */
    LEDGER_SKIPPED,
    /** A task is told COMPLETED as soon as its result is written down. */
    COMPLETED_EARLY,
    /** A record's row goes when it is sent. */
    DELETED_BEFORE_ACK;

    private static final Pattern RECORD_ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    /**
     * The adapters of a client with this fault.
     *
     * @param committed hears of tasks whose results are safe on the disk
     */
    Adapters plantedIn(Adapters adapters, Consumer<String> committed) {
        Store store = new Store(this, adapters.store(), committed);
        return new Adapters(
                adapters.env(),
                store,
                adapters.blobs(),
                adapters.models(),
                adapters.directory(),
                adapters.apis(),
                (combiner, identity, bearer) -> transport(
                        adapters.transports().transport(combiner, identity, bearer), store, identity.clientId()));
    }

    private CombinerTransport transport(CombinerTransport real, Store store, String clientId) {
        return (CombinerTransport) Proxy.newProxyInstance(
                PlantedBug.class.getClassLoader(), new Class<?>[] {CombinerTransport.class}, (proxy, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    if (this == COMPLETED_EARLY && method.getName().equals("poll")) {
                        return tellEarly(real, (CombinerTransport.Poll) arguments[0], store);
                    }
                    if (this == COMPLETED_EARLY && method.getName().equals("upload")) {
                        return new Transfer<>(
                                store.toldEarly
                                        .copy()
                                        .completeOnTimeout(null, 5, TimeUnit.SECONDS)
                                        .thenCompose(told -> real.upload(
                                                        (ScaleoutModel) arguments[0], (LongConsumer) arguments[1])
                                                .result()),
                                () -> {});
                    }
                    if (this == DELETED_BEFORE_ACK && method.getName().equals("send")) {
                        store.deleteRecord(clientId, (String) arguments[0]);
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return this == DELETED_BEFORE_ACK && result instanceof RecordStream stream
                                ? deleting(stream, store, clientId)
                                : result;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private static CompletionStage<CombinerTransport.Polled> tellEarly(
            CombinerTransport real, CombinerTransport.Poll poll, Store store) {
        List<TaskReport> reports = poll.reports().stream()
                .map(report -> !report.done() && store.withResults.contains(report.correlationId())
                        ? new TaskReport(
                                report.correlationId(), "COMPLETED", true, "", report.startedAt(), Instant.now())
                        : report)
                .toList();
        return real.poll(new CombinerTransport.Poll(reports, poll.interval(), poll.skipTasks()))
                .thenApply(answer -> {
                    if (!reports.equals(poll.reports())) {
                        store.toldEarly.complete(null);
                    }
                    return answer;
                });
    }

    private static RecordStream deleting(RecordStream stream, Store store, String clientId) {
        return new RecordStream() {
            @Override
            public void send(String recordId, RecordBody record) {
                store.deleteRecord(clientId, recordId);
                stream.send(recordId, record);
            }

            @Override
            public void hold(boolean silent) {
                stream.hold(silent);
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    private static final class Store implements StateStore {

        private final PlantedBug bug;
        private final StateStore real;
        private final Consumer<String> committed;
        private final Set<String> withResults = ConcurrentHashMap.newKeySet();
        private final Map<String, String> keys = new ConcurrentHashMap<>();

        /** A result waits for its task to be told first; one of an earlier life cannot wait for ever. */
        private final CompletableFuture<@Nullable Void> toldEarly = new CompletableFuture<>();

        Store(PlantedBug bug, StateStore real, Consumer<String> committed) {
            this.bug = bug;
            this.real = real;
            this.committed = committed;
        }

        void deleteRecord(String identity, String recordId) {
            String key = keys.get(recordId);
            if (key != null) {
                var unused = real.commit(identity, new Batch().delete(Table.OUTBOX, key));
            }
        }

        @Override
        public CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
            for (Row row : batch.puts()) {
                Matcher id = RECORD_ID.matcher(row.value());
                if (row.table() == Table.OUTBOX && id.find()) {
                    keys.put(id.group(1), row.key());
                }
            }
            List<String> results = batch.puts().stream()
                    .filter(row -> row.table() == Table.LEDGER && row.value().contains("RESULT_STORED"))
                    .map(Row::key)
                    .toList();
            return real.commit(identity, bug == LEDGER_SKIPPED ? withoutLedger(batch) : batch)
                    .thenApply(done -> {
                        withResults.addAll(results);
                        results.forEach(committed);
                        return done;
                    });
        }

        private static Batch withoutLedger(Batch batch) {
            Batch rest = new Batch();
            batch.deletes().stream()
                    .filter(row -> row.table() != Table.LEDGER)
                    .forEach(row -> rest.delete(row.table(), row.key()));
            batch.puts().stream()
                    .filter(row -> row.table() != Table.LEDGER)
                    .forEach(row -> rest.put(row.table(), row.key(), row.value()));
            return rest;
        }

        @Override
        public boolean isDurable() {
            return real.isDurable();
        }

        @Override
        public void load(String identity, Table table, Consumer<Row> to) {
            real.load(identity, table, to);
        }

        @Override
        public void keys(String identity, Table table, ObjIntConsumer<String> to) {
            real.keys(identity, table, to);
        }

        @Override
        public CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys) {
            return real.read(identity, table, keys);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
