package com.scaleoutsystems.edge.examples.digits;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.examples.digits.Network.Evaluation;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A server, its clients, and a session of several rounds, all in this JVM and talking over loopback sockets.
 *
 * @param data what the clients hold and what is held out
 * @param clients how many clients
 * @param rounds how many rounds
 * @param seed where the network's first weights are drawn from
 * @param pollInterval how often the clients ask for tasks
 */
record FederatedRun(DigitsData data, int clients, int rounds, long seed, Duration pollInterval) {

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);

    /**
     * What came out.
     *
     * @param rounds figures of all rounds, in order
     * @param weights of the last round's averaged model
     * @param seconds how long it took, joining included
     */
    record Result(List<RoundFigures> rounds, Weights weights, double seconds) {

        RoundFigures last() {
            return rounds.get(rounds.size() - 1);
        }
    }

    Result run(Progress progress) {
        long start = System.nanoTime();
        List<EdgeClient> joined = new ArrayList<>();
        try (ScaleoutModel seedModel =
                        ScaleoutModel.fromModelParameters(Weights.random(seed).toParameters());
                Sandbox sandbox = Sandbox.builder().seedModel(seedModel).start()) {
            try {
                join(sandbox, joined);
                progress.started(clients);
                List<RoundFigures> figures = new ArrayList<>();
                SessionResult session =
                        sandbox.runSession(SessionPlan.of(rounds, clients).withListener(round -> {
                            RoundFigures finished = figures(sandbox, round);
                            figures.add(finished);
                            progress.roundFinished(finished);
                        }));
                Weights weights = weights(sandbox, session.modelId());
                return new Result(List.copyOf(figures), weights, (System.nanoTime() - start) / 1e9);
            } finally {
                progress.finished();
                joined.forEach(EdgeClient::close);
            }
        }
    }

    private void join(Sandbox sandbox, List<EdgeClient> joined) {
        for (int client = 0; client < clients; client++) {
            Examples own = data.ofClient(client, clients);
            EdgeClient edgeClient = DigitsClient.build(sandbox.restUri(), client + 1, own, pollInterval);
            joined.add(edgeClient);
            edgeClient.start();
        }
        sandbox.awaitClients(clients, JOIN_TIMEOUT);
    }

    private RoundFigures figures(Sandbox sandbox, RoundResult round) {
        if (!round.failures().isEmpty()) {
            throw new IllegalStateException("Round %d failed: %s".formatted(round.round(), round.failures()));
        }
        Evaluation evaluation = new Network(weights(sandbox, round.modelId())).evaluate(data.heldOut());
        return new RoundFigures(
                round.round(),
                evaluation.accuracy(),
                evaluation.loss(),
                round.duration().toNanos() / 1e9,
                round.bytes());
    }

    private static Weights weights(Sandbox sandbox, String modelId) {
        try (ScaleoutModel model = sandbox.model(modelId)) {
            return Weights.of(model.modelParameters());
        }
    }
}
