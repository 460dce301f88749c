package com.scaleoutsystems.edge.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Plans and tasks are values: each change makes another object and leaves the first as it was. */
class PlansTest {
    private static final Consumer<RoundResult> LISTENER = round -> {};

    private final SessionPlan plan = SessionPlan.of(3, 2).withListener(LISTENER);
    private final TaskSpec task = TaskSpec.of("Custom_echo", "c-1");

    @Test
    void planHoldsWhatItWasGiven() {
        SessionPlan full = plan.withClientTimeout(Duration.ofSeconds(1))
                .withRoundTimeout(Duration.ofSeconds(2))
                .withoutValidation()
                .withClientSettings(Map.of("epochs", 5))
                .withModel("seed");

        assertThat(full.rounds()).isEqualTo(3);
        assertThat(full.clients()).isEqualTo(2);
        assertThat(full.clientTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(full.roundTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(full.validate()).isFalse();
        assertThat(full.clientSettings()).isEqualTo(Map.of("epochs", 5));
        assertThat(full.modelId()).contains("seed");
        assertThat(full.listener()).isSameAs(LISTENER);
        assertThat(full)
                .hasToString("SessionPlan[rounds=3, clients=2, clientTimeout=PT1S, roundTimeout=PT2S,"
                        + " validate=false, clientSettings={epochs=5}, modelId=seed, listener=" + LISTENER + "]");
    }

    @Test
    void everyChangeOfAPlanMakesAnotherPlan() {
        List<UnaryOperator<SessionPlan>> changes = List.of(
                p -> p.withClientTimeout(Duration.ofSeconds(1)),
                p -> p.withRoundTimeout(Duration.ofSeconds(2)),
                SessionPlan::withoutValidation,
                p -> p.withClientSettings(Map.of("epochs", 5)),
                p -> p.withModel("seed"),
                p -> p.withListener(round -> {}));
        assertAllDiffer(plan, SessionPlan.of(3, 2).withListener(LISTENER), changes);
        assertThat(SessionPlan.of(3, 1).withListener(LISTENER)).isNotEqualTo(plan);
        assertThat(SessionPlan.of(2, 2).withListener(LISTENER)).isNotEqualTo(plan);
    }

    @Test
    void planKeepsACopyOfTheClientSettings() {
        List<Object> layers = new ArrayList<>(List.of(8));
        Map<String, Object> settings = new HashMap<>(Map.of("epochs", 5, "layers", layers));
        SessionPlan copied = plan.withClientSettings(settings);
        settings.put("epochs", 6);
        layers.add(9);
        assertThat(copied.clientSettings()).isEqualTo(Map.of("epochs", 5, "layers", List.of(8)));
    }

    @Test
    void taskHoldsWhatItWasGiven() {
        TaskSpec full = task.withClient("c-2")
                .withModel("m-1")
                .withData(Map.of("text", "hi"))
                .withSession("s-1", "4")
                .withStatus("INTERRUPTED")
                .withCorrelationId("t-1");

        assertThat(full.type()).isEqualTo("Custom_echo");
        assertThat(full.clientId()).isEqualTo("c-2");
        assertThat(full.modelId()).isEqualTo("m-1");
        assertThat(full.data()).isEqualTo("{\"text\": \"hi\"}");
        assertThat(full.sessionId()).isEqualTo("s-1");
        assertThat(full.roundId()).isEqualTo("4");
        assertThat(full.status()).isEqualTo("INTERRUPTED");
        assertThat(full.correlationId()).contains("t-1");
        assertThat(full)
                .hasToString("TaskSpec[type=Custom_echo, clientId=c-2, modelId=m-1, data={\"text\": \"hi\"},"
                        + " sessionId=s-1, roundId=4, status=INTERRUPTED, correlationId=t-1]");
    }

    @Test
    void everyChangeOfATaskMakesAnotherTask() {
        List<UnaryOperator<TaskSpec>> changes = List.of(
                t -> t.withClient("c-2"),
                t -> t.withModel("m-1"),
                t -> t.withDataText("{"),
                t -> t.withSession("s-1", ""),
                t -> t.withSession("", "4"),
                t -> t.withStatus("INTERRUPTED"),
                t -> t.withCorrelationId("t-1"));
        assertAllDiffer(task, TaskSpec.of("Custom_echo", "c-1"), changes);
        assertThat(TaskSpec.of("Custom_other", "c-1")).isNotEqualTo(task);
    }

    @Test
    void nullIsRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> plan.withRoundTimeout(null))
                .withMessage("roundTimeout");
        assertThatNullPointerException().isThrownBy(() -> plan.withModel(null)).withMessage("modelId");
        assertThatNullPointerException()
                .isThrownBy(() -> TaskSpec.of("Custom_echo", null))
                .withMessage("clientId");
        assertThatNullPointerException().isThrownBy(() -> task.withStatus(null)).withMessage("status");
    }

    private static <T> void assertAllDiffer(T value, T equal, List<UnaryOperator<T>> changes) {
        List<T> changed = changes.stream().map(change -> change.apply(value)).toList();
        assertThat(changed).doesNotHaveDuplicates().doesNotContain(value);
        assertThat(value).isEqualTo(equal).hasSameHashCodeAs(equal);
    }
}
