package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Whether a lane has exactly as many free places as at the start. */
final class Slots {

    /** How many tasks wait in a lane at the most. */
    private static final int WAITING = 3;

    private Slots() {}

    /** Settings under which places are soon counted. */
    static TaskSettings settings() {
        return TaskSettings.defaults().withMaxWaitingTasks(WAITING);
    }

    /** The lane of trainings. */
    static void areFree(SimulatedClient client) {
        areFree(client, 1, id -> SimulatedCombiner.train(id, "m"));
    }

    /**
     * All places of a lane are free, and there are no more of them: of so many tasks in one answer all complete, but one that is busy.
     *
     * @param width how many callbacks the lane runs at a time
     * @param task makes a task that completes
     */
    static void areFree(SimulatedClient client, int width, Function<String, TaskRequest> task) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i <= width + WAITING; i++) {
            String id = "slot-" + client.env.nanos() + "-" + i;
            ids.add(id);
            client.combiner.deliver(task.apply(id));
        }
        ids.forEach(client::runUntilDone);

        String last = ids.remove(width + WAITING);
        assertThat(ids)
                .as("a task for each place of the lane")
                .allSatisfy(id -> assertThat(end(client, id).status()).isEqualTo("COMPLETED"));
        assertThat(end(client, last).response()).as("one task too many").isEqualTo("{\"error\": \"busy\"}");
    }

    private static TaskReport end(SimulatedClient client, String task) {
        return client.combiner.doneReports().get(task).get(0);
    }
}
