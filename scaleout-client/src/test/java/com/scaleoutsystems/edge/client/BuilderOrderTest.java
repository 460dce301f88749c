package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a builder's method sets does not get lost when another of its methods sets something else. */
class BuilderOrderTest {

    private static final CallbackThreads OWN = CallbackThreads.on(Runnable::run);
    private static final CallbackThreads OTHER = CallbackThreads.on(task -> new Thread(task).start());
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration GRACE = Duration.ofMinutes(5);

    private static TaskSettings tasks(EdgeClientBuilder builder) {
        return ClientSeam.settings(builder).tasks();
    }

    @Test
    void settingsOfTasksKeepTheThreadsAndTheIntervalThatTheyDoNotSet() {
        TaskSettings tasks = tasks(EdgeClient.builder()
                .callbackThreads(OWN)
                .pollInterval(OFTEN)
                .tasks(TaskSettings.defaults())
                .tasks(TaskSettings.defaults().withAbortGrace(GRACE)));

        assertThat(tasks)
                .isEqualTo(TaskSettings.defaults()
                        .withCallbackThreads(OWN)
                        .withPollInterval(OFTEN)
                        .withAbortGrace(GRACE));
    }

    @Test
    void theLaterOfTwoThatSetTheSameWins() {
        TaskSettings ofTasks =
                TaskSettings.defaults().withCallbackThreads(OTHER).withPollInterval(Duration.ofMinutes(1));
        EdgeClientBuilder builder =
                EdgeClient.builder().callbackThreads(OWN).pollInterval(OFTEN).tasks(ofTasks);
        assertThat(tasks(builder)).isEqualTo(ofTasks);

        builder.callbackThreads(CallbackThreads.platform()).pollInterval(OFTEN);
        assertThat(tasks(builder)).isEqualTo(TaskSettings.defaults().withPollInterval(OFTEN));
    }

    @Test
    void aClientTellsWhetherItsStartWaits() {
        try (EdgeClient waits =
                        EdgeClient.builder().stateless().waitForNetwork(OFTEN).build();
                EdgeClient doesNot = EdgeClient.builder().stateless().build()) {
            assertThat(waits.waitsForNetwork()).isTrue();
            assertThat(doesNot.waitsForNetwork()).isFalse();
        }
    }
}
