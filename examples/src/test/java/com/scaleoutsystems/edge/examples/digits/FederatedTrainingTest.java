package com.scaleoutsystems.edge.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the clients learn together, without any network between them. */
class FederatedTrainingTest {

    private static final int CLIENTS = 5;
    private static final int ROUNDS = 20;

    @Test
    void fiveClientsLearnAllDigitsFromTheDefaultSeed() throws IOException {
        assertThat(train(Digits.DEFAULT_SEED).accuracy()).isGreaterThanOrEqualTo(0.88);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void fiveClientsLearnAllDigitsFromOtherSeeds(long seed) throws IOException {
        assertThat(train(seed).accuracy()).isGreaterThanOrEqualTo(0.85);
    }

    private static Network.Evaluation train(long seed) throws IOException {
        DigitsData data = DigitsData.bundled();
        List<Examples> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            clients.add(data.ofClient(client, CLIENTS));
        }
        Weights weights = Weights.random(seed);
        for (int round = 1; round <= ROUNDS; round++) {
            weights = average(weights, clients, round);
        }
        return new Network(weights).evaluate(data.heldOut());
    }

    /** Federated averaging: the mean of the clients' weights, by their number of examples. */
    private static Weights average(Weights start, List<Examples> clients, int round) {
        int total = clients.stream().mapToInt(Examples::size).sum();
        Weights average = Weights.zeros();
        for (Examples own : clients) {
            average.add((float) own.size() / total, LocalTraining.train(start, own, round, () -> {}));
        }
        return average;
    }
}
