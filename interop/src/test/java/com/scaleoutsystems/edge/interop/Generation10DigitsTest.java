package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.DigitsFederation.clientId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two clients of the first generation in Python and one in Java learn to read digits, and then three in Java do. */
@Tag("interop")
class Generation10DigitsTest {

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.0.1");

    @Test
    void twoInPythonAndOneInJavaReadDigitsAsWellAsThreeInJava() {
        int rounds = 3;
        try (DigitsFederation mixed = DigitsFederation.mixed(SandboxGeneration.V1_0, peers);
                DigitsFederation java = DigitsFederation.allJava(SandboxGeneration.V1_0)) {
            SessionResult session = mixed.runSession(rounds);
            List<Double> expected = java.accuracies(java.runSession(rounds));

            assertThat(session.rounds()).hasSize(rounds).allSatisfy(round -> {
                assertThat(round.failures()).isEmpty();
                assertThat(round.updates()).hasSize(DigitsFederation.CLIENTS);
                assertThat(round.validations())
                        .extracting(Recorded::clientId)
                        .containsExactlyInAnyOrder(clientId(1), clientId(2), clientId(3));
            });
            List<Double> accuracies = mixed.accuracies(session);
            for (int round = 0; round < rounds; round++) {
                assertThat(accuracies.get(round))
                        .as("accuracy after round %d", round + 1)
                        .isCloseTo(expected.get(round), within(0.02));
            }
            assertThat(accuracies.get(rounds - 1)).isGreaterThan(accuracies.get(0));
        }
    }
}
