package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody.Route;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SendersTest {

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);

    private Senders senders() {
        Strand strand = env.strand("client");
        ListenerCalls listeners = new ListenerCalls(List.of(), env.io());
        OutcomeCounts counts = new OutcomeCounts();
        MemoryBlobStore blobs = new MemoryBlobStore();
        OutboxContents contents = OutboxContents.of(
                new OutboxRows(new IdentityRows(new MemoryStateStore(), "client-1"), blobs, env, strand),
                new PriorityScheduler<>(List.of(), (record, reason) -> {}),
                ReportingSettings.defaults(),
                new Flushes(counts),
                env,
                listeners);
        Settlement settlement = new Settlement(env, strand, contents, counts, listeners);
        return new Senders(
                env,
                strand,
                contents,
                settlement,
                blobs,
                listeners,
                new NetworkGate(strand),
                ReportingSettings.defaults());
    }

    @Test
    void aSenderThatThrowsKeepsNoOtherFromItsTurn() {
        Set<Sender> turns = new HashSet<>();

        senders().each(sender -> {
            turns.add(sender);
            throw new StackOverflowError("made up");
        });

        assertThat(turns).hasSize(Route.values().length);
    }
}
