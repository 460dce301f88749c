package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.ClientState;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A client that is to close when the JVM shuts down, in virtual time. */
class ShutdownHookTest {

    private static final Duration BUDGET = Duration.ofSeconds(3);

    private final SimulatedClient client = new SimulatedClient(1, null, null);

    @Test
    void aClientIsClosedWhenTheJvmShutsDown() {
        client.start();
        client.runtime.closeOnShutdown(BUDGET);
        CompletionStage<?> closed = client.env.shutdown().get(0).get();
        client.await(closed);

        assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
        assertThat(client.combiner.calls("announce DISCONNECT")).isEqualTo(1);
    }

    @Test
    void aClientThatIsClosedBeforeIsForgotten() {
        client.runtime.closeOnShutdown(BUDGET);
        assertThat(client.env.shutdown()).hasSize(1);
        client.close(BUDGET);

        assertThat(client.env.shutdown()).isEmpty();
    }
}
