package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The way of a record into the store, in virtual time. */
class AdmissionTest {

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final Strand strand = env.strand("client");
    private final List<OutboxRecord> admitted = new ArrayList<>();

    /** The class of these records has room for one, and making room for another fails. */
    @Test
    void aRecordWhoseWayBreaksIsRejectedAndTheNextOnesAreStored() {
        PriorityClass small = PriorityClass.of("small", 1).withMaxRecords(1).withDropsOldest(true);
        PriorityScheduler<OutboxRecord> scheduler = new PriorityScheduler<>(List.of(small), (record, reason) -> {
            throw new StackOverflowError("made up");
        });
        OutcomeCounts counts = new OutcomeCounts();
        ListenerCalls listeners = new ListenerCalls(List.of(), env.io());
        OutboxContents contents = OutboxContents.of(
                new OutboxRows(
                        new IdentityRows(new MemoryStateStore(), "client-1"), new MemoryBlobStore(), env, strand),
                scheduler,
                ReportingSettings.defaults(),
                new Flushes(counts),
                env,
                listeners);
        Settlement settlement = new Settlement(env, strand, contents, counts, listeners);
        Admission admission = new Admission(env, strand, contents, settlement, records -> {
            records.forEach(scheduler::comeBack);
            admitted.addAll(records);
        });
        Delivery first = logged(admission, "small");
        end(first.stored());
        Delivery broken = logged(admission, "small");
        Delivery next = logged(admission, PriorityClass.DEFAULT);
        end(next.stored());
        end(broken.outcome());

        assertThat(broken.outcome().toCompletableFuture().join()).isInstanceOf(Outcome.Rejected.class);
        assertThat(admitted).extracting(OutboxRecord::id).containsExactly(first.id(), next.id());
    }

    private Delivery logged(Admission admission, String priorityClass) {
        return admission.log(new RecordBody.Telemetry("t", "{}", env.wall()), Optional.of(priorityClass));
    }

    private void end(CompletionStage<?> stage) {
        env.runUntil(stage.toCompletableFuture()::isDone, Duration.ofMinutes(1));
    }
}
