package com.scaleoutsystems.edge.sandbox.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import org.junit.jupiter.api.Test;

class ConnectedClientsTest {
    private final ConnectedClients clients = new ConnectedClients(new Changes());

    @Test
    void clientThatWasNotHeardOfForTheLongestTimeGoes() {
        clients.connect("lives");
        clients.connect("killed");
        for (int i = 0; i < 9_998; i++) {
            clients.connect("c-" + i);
        }
        clients.connect("lives");
        clients.connect("new");
        assertThat(clients.ids())
                .hasSize(10_000)
                .contains("lives", "new")
                .doesNotContain("killed")
                .isSorted();
    }
}
