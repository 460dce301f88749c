package com.scaleoutsystems.edge.sandbox.internal.session;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
import com.scaleoutsystems.edge.sandbox.internal.core.Ids;
import com.scaleoutsystems.edge.sandbox.internal.core.Newest;
import com.scaleoutsystems.edge.sandbox.internal.model.HeldModels;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one session: rounds of training, averaging and validation, on the thread that calls it. */
public final class SessionRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRunner.class);

    private static final int MOST_ROUNDS = 1_000;

    private final SessionPlan plan;
    private final SandboxState state;
    private final LongSupplier transferredBytes;
    private final Ids correlationIds;
    private final Ids modelIds;
    private final String sessionId;

    public SessionRunner(SessionPlan plan, SandboxState state, LongSupplier transferredBytes) {
        this.plan = plan;
        this.state = state;
        this.transferredBytes = transferredBytes;
        // Each kind of id has a source of its own: what one session draws depends only on the seed.
        Ids ids = state.sessionIds().fork();
        this.correlationIds = ids.fork();
        this.modelIds = ids.fork();
        this.sessionId = ids.next();
    }

    public SessionResult run(String seedModelId) {
        Newest<RoundResult> rounds = new Newest<>(MOST_ROUNDS, HeapSize.partOfHeap(64), forgotten -> {});
        RoundResult last = null;
        String modelId = seedModelId;
        for (int round = 1; round <= plan.rounds(); round++) {
            RoundResult result = tryRound(round, modelId);
            modelId = result.modelId();
            rounds.add(result, size(result));
            last = result;
            LOG.info("Round {} of session {}: {}", round, sessionId, result.metrics());
            plan.listener().accept(result);
        }
        List<RoundResult> newest = rounds.all();
        // The last one stays, however large it is.
        return new FinishedSession(
                sessionId, plan.rounds(), newest.isEmpty() ? List.of(Objects.requireNonNull(last)) : newest);
    }

    private static long size(RoundResult round) {
        long size = HeapSize.OBJECT + HeapSize.of(round.failures()) + HeapSize.of(round.metrics());
        for (Recorded.ModelUpdate update : round.updates()) {
            size += 2 * HeapSize.OBJECT + HeapSize.of(update.meta()) + HeapSize.of(update.metaText());
        }
        for (Recorded.Validation validation : round.validations()) {
            size += 2 * HeapSize.OBJECT + HeapSize.of(validation.metrics()) + HeapSize.of(validation.metricsText());
        }
        return size;
    }

    private RoundResult tryRound(int round, String modelId) {
        try {
            return round(round, modelId);
        } catch (EdgeException e) {
            throw new EdgeException(
                    e.code(), "Round " + round + " of " + plan.rounds() + " failed: " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("try") // The models stay as long as the block runs.
    private RoundResult round(int round, String modelId) {
        List<String> participants = new ArrayList<>(awaitParticipants());
        try (HeldModels.Round models = state.models().beginRound(modelId)) {
            return round(round, modelId, participants);
        }
    }

    private RoundResult round(int round, String modelId, List<String> participants) {
        long start = System.nanoTime();
        long bytesBefore = transferredBytes.getAsLong();
        Map<String, String> failures = new TreeMap<>();

        Map<String, Recorded.ModelUpdate> trained = train(round, modelId, participants, failures);
        String averagedId = modelIds.next();
        List<Recorded.ModelUpdate> updates = average(trained.values(), modelId, averagedId, failures);
        if (updates.isEmpty()) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION, "it ended without a usable model update: " + failures);
        }
        participants.removeAll(failures.keySet());
        List<Recorded.Validation> validations =
                plan.validate() ? validate(round, averagedId, participants, failures) : List.of();
        return new FinishedRound(
                round,
                averagedId,
                updates,
                validations,
                Collections.unmodifiableMap(failures),
                Duration.ofNanos(System.nanoTime() - start),
                transferredBytes.getAsLong() - bytesBefore,
                mean(validations));
    }

    private List<String> awaitParticipants() {
        return state.changes()
                .await(
                        () -> plan.clients() + " clients; connected are "
                                + state.clients().ids(),
                        plan.clientTimeout(),
                        () -> Optional.of(state.clients().ids())
                                .filter(ids -> ids.size() >= plan.clients())
                                .map(ids -> ids.subList(0, plan.clients())));
    }

    private Map<String, Recorded.ModelUpdate> train(
            int round, String modelId, List<String> participants, Map<String, String> failures) {
        try (TaskGroup<Recorded.ModelUpdate> group = new TaskGroup<>(
                state.tasks(), state.recording(), Recorded.ModelUpdate.class, Recorded.ModelUpdate::correlationId)) {
            participants.forEach(client -> group.submit(task("ModelUpdate", "training", client, round, modelId)));
            return group.await(state.changes(), plan.roundTimeout(), failures);
        }
    }

    /** Averages in the order of the client ids, so that a repeated run gives the same bits. */
    private List<Recorded.ModelUpdate> average(
            Collection<Recorded.ModelUpdate> updates, String modelId, String averagedId, Map<String, String> failures) {
        ModelAverage average = new ModelAverage(state.models());
        List<Recorded.ModelUpdate> used = new ArrayList<>();
        for (Recorded.ModelUpdate update : updates) {
            try {
                average.add(update);
                used.add(update);
            } catch (EdgeException e) {
                failures.put(update.clientId(), "unusable update: " + e.getMessage());
            }
        }
        if (!used.isEmpty()) {
            average.store(averagedId, modelId);
        }
        return List.copyOf(used);
    }

    private List<Recorded.Validation> validate(
            int round, String modelId, List<String> participants, Map<String, String> failures) {
        try (TaskGroup<Recorded.Validation> group = new TaskGroup<>(
                state.tasks(), state.recording(), Recorded.Validation.class, Recorded.Validation::correlationId)) {
            participants.forEach(client -> group.submit(task("Validation", "validate", client, round, modelId)));
            return List.copyOf(
                    group.await(state.changes(), plan.roundTimeout(), failures).values());
        }
    }

    private TaskSpec task(String type, String task, String clientId, int round, String modelId) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("task", task);
        data.put("round_id", Integer.toString(round));
        data.put("session_id", sessionId);
        data.put("helper_type", state.settings().helperType());
        data.put("client_settings", plan.clientSettings());
        return TaskSpec.of(state.settings().dialect().taskType(type), clientId)
                .withModel(modelId)
                .withSession(sessionId, Integer.toString(round))
                .withData(data)
                .withCorrelationId(correlationIds.next());
    }

    private static Map<String, Double> mean(List<Recorded.Validation> validations) {
        Map<String, DoubleSummaryStatistics> statistics = new LinkedHashMap<>();
        for (Recorded.Validation validation : validations) {
            validation.metrics().forEach((name, value) -> {
                if (value instanceof Number number) {
                    statistics
                            .computeIfAbsent(name, metric -> new DoubleSummaryStatistics())
                            .accept(number.doubleValue());
                }
            });
        }
        Map<String, Double> means = new LinkedHashMap<>();
        statistics.forEach((name, statistic) -> means.put(name, statistic.getAverage()));
        return Collections.unmodifiableMap(means);
    }
}
