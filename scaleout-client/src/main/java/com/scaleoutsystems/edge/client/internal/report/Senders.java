package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.ModelUploads;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody.Route;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** One sender for each route. Lives on the client's strand. */
final class Senders {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** After this number of records a route sends the one that has waited longest, whatever its class, so that no class starves. */
    private static final int FAIR_TURN = 16;

    /** The routes of the results of tasks. */
    private static final List<Route> RESULTS = List.of(Route.UPDATES, Route.VALIDATIONS, Route.PREDICTIONS);

    private static final List<Route> OTHERS =
            Stream.of(Route.values()).filter(route -> !RESULTS.contains(route)).toList();

    private final Env env;
    private final OutboxContents contents;
    private final Settlement settlement;
    private final NetworkGate gate;
    private final RecordRate rate;
    private final Map<Route, Sender> senders = new EnumMap<>(Route.class);

    /** Whose turn it is first among the routes of records that are no results of tasks. */
    private int firstOfOthers;

    /**
     * Senders that send nothing until they have a transport.
     *
     * @param gate says which records may leave
     * @param settings whether each record of telemetry goes by a call of its own, and how many records may leave in a second
     */
    Senders(
            Env env,
            Strand strand,
            OutboxContents contents,
            Settlement settlement,
            BlobStore blobs,
            ListenerCalls listeners,
            NetworkGate gate,
            ReportingSettings settings) {
        this.env = env;
        this.contents = contents;
        this.settlement = settlement;
        this.gate = gate;
        this.rate = new RecordRate(settings.maxRecordsPerSecond(), env, strand, this::takeTurns);
        boolean legacyTelemetry = settings.legacyTelemetry();
        for (Route route : Route.values()) {
            Sender.Source source = new RouteSource(route);
            senders.put(
                    route,
                    route.stream()
                            .<Sender>map(kind -> new StreamSender(
                                    env,
                                    strand,
                                    source,
                                    rate,
                                    kind,
                                    legacyTelemetry && kind == RecordKind.TELEMETRY_RECORD))
                            .orElseGet(() -> new UnarySender(
                                    env, strand, source, rate, blobs, new ModelUploads(env, listeners, gate))));
        }
        gate.whenChanged(() -> each(sender -> sender.policyChanged(gate.policy())));
    }

    /** The rate lets records leave: results of tasks first, and the other routes in turn. */
    private void takeTurns() {
        RESULTS.forEach(route -> isolated(route, Sender::proceed));
        firstOfOthers = (firstOfOthers + 1) % OTHERS.size();
        for (int i = 0; i < OTHERS.size(); i++) {
            isolated(OTHERS.get((firstOfOthers + i) % OTHERS.size()), Sender::proceed);
        }
    }

    /** Sends nothing from now on. */
    void close() {
        rate.end();
        each(Sender::close);
    }

    /** There are new records to send. */
    void proceed(Collection<OutboxRecord> added) {
        Set<Route> woken = EnumSet.noneOf(Route.class);
        added.forEach(record -> woken.add(record.route()));
        woken.forEach(route -> isolated(route, Sender::proceed));
    }

    /** Sends over this transport from now on; keeps everything while it is null. */
    void use(@Nullable CombinerTransport transport) {
        each(sender -> sender.use(transport));
    }

    /** Applies a change to all senders, each by itself: one that throws keeps no other from its turn. */
    void each(Consumer<Sender> change) {
        senders.keySet().forEach(route -> isolated(route, change));
    }

    private void isolated(Route route, Consumer<Sender> change) {
        try {
            change.accept(Objects.requireNonNull(senders.get(route)));
        } catch (Throwable fault) {
            LOG.warn("the sender of {} failed; it goes on when the combiner has answered again", route, fault);
        }
    }

    /** Gives a sender the records of its route. */
    private final class RouteSource implements Sender.Source {

        private final Route route;
        private int turn;

        RouteSource(Route route) {
            this.route = route;
        }

        @Override
        public @Nullable OutboxRecord next() {
            if (gate.policy() == NetworkPolicy.PAUSED) {
                return null;
            }
            if (gate.policy() == NetworkPolicy.ALERTS_ONLY) {
                return contents.scheduler().nextOf(PriorityClass.ALERT, route.number(), env.nanos());
            }
            boolean fair = turn == FAIR_TURN - 1;
            OutboxRecord next = fair
                    ? contents.scheduler().nextOldest(route.number(), env.nanos())
                    : contents.scheduler().next(route.number(), env.nanos());
            if (next != null) {
                turn = (turn + 1) % FAIR_TURN;
            }
            return next;
        }

        @Override
        public boolean mayGo(OutboxRecord record) {
            return switch (gate.policy()) {
                case ALL -> true;
                case ALERTS_ONLY -> record.priorityClass().equals(PriorityClass.ALERT);
                case PAUSED -> false;
            };
        }

        @Override
        public void read(List<OutboxRecord> records, Runnable then) {
            contents.rows()
                    .read(
                            records,
                            (record, error) ->
                                    settlement.settle(List.of(record), new Outcome.Dropped(DropReason.UNREADABLE)),
                            then);
        }

        @Override
        public Map<String, String> headers(OutboxRecord record) {
            return settlement.headers(record);
        }

        @Override
        public void sent(OutboxRecord record) {
            contents.scheduler().sent(record, env.nanos());
        }

        @Override
        public void comeBack(OutboxRecord record) {
            if (record.phase() == OutboxRecord.Phase.SENDING) {
                contents.rows().keep(record);
                contents.scheduler().comeBack(record);
            }
        }

        @Override
        public void failedOnceMore(OutboxRecord record) {
            contents.rows().update(record);
        }

        @Override
        public void inTrouble(OutboxRecord record, EdgeException error) {
            contents.troubles().add(record, error);
        }

        @Override
        public void settled(List<OutboxRecord> records, Outcome outcome) {
            settlement.settle(records, outcome);
        }
    }
}
