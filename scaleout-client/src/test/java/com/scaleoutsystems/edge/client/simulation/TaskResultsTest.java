package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelSignature;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of what callbacks return, in virtual time. */
class TaskResultsTest {

    private final Callbacks callbacks = new Callbacks();

    private SimulatedClient started() {
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    @Test
    void aCustomCallbackGetsItsRequestBesideItsParameters() {
        List<Object> got = new ArrayList<>();
        callbacks.custom("c", (parameters, task) -> {
            got.add(parameters);
            got.add(task.request());
            return null;
        });
        SimulatedClient client = started();
        TaskRequest request = TaskRequest.of("c", "Custom_c")
                .withSessionId("session")
                .withData("{\"parameters\": {\"a\": 1}, \"b\": 2}");
        client.combiner.deliver(request);

        client.runUntilDone("c");

        assertThat(got).containsExactly(Map.of("a", 1), request);
    }

    @Test
    void theMetadataThatACallbackReturnsAreNotChanged() {
        Map<String, Object> training = new LinkedHashMap<>(Map.of("num_examples", 10));
        Map<String, Object> metadata = new LinkedHashMap<>(Map.of("training_metadata", training));
        callbacks.train((model, task) -> TrainResult.of(model("update", 1), metadata));
        SimulatedClient client = started();
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
        assertThat(metadata).isEqualTo(Map.of("training_metadata", Map.of("num_examples", 10)));
    }

    @Test
    void anUpdateKeepsTheIdThatItWasSignedUnder() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        List<ModelSignature> signatures = new ArrayList<>();
        callbacks.train((model, task) -> {
            ScaleoutModel trained = model("signed", 1);
            signatures.add(trained.sign(keys.getPrivate()));
            return TrainResult.of(trained, 1);
        });
        SimulatedClient client = started();
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        String sent =
                client.combiner.records(RecordBody.ModelUpdate.class).get(0).updateId();
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        CompletableFuture<ScaleoutModel> stored =
                calls.join().models().get(sent).toCompletableFuture();
        client.await(stored);
        try (ScaleoutModel model = stored.join()) {
            assertThat(model.modelId()).isEqualTo("signed");
            assertThat(model.verifySignature(keys.getPublic(), signatures.get(0).signature()))
                    .isTrue();
        }
    }

    @Test
    void numbersThatJsonLacksAreNullAndWarnedOfOnce() {
        callbacks.validate((model, task) -> {
            task.logMetric(Map.of("loss", 1));
            return Map.of("accuracy", Double.NaN, "loss", List.of(Float.POSITIVE_INFINITY));
        });
        callbacks.train((model, task) ->
                TrainResult.of(model("u", 1), 1).withTrainingMetadata("norm", Double.NEGATIVE_INFINITY));
        SimulatedClient client = started();
        client.combiner.deliver(validate("v", "m"));
        client.combiner.deliver(train("t", "m"));
        try (LogLines log = new LogLines()) {
            client.runUntilDone("v");
            client.runUntilDone("t");

            assertThat(log.with("which JSON cannot express")).hasSize(1);
        }
        assertThat(client.combiner.records(RecordBody.Validation.class).get(0).data())
                .contains("\"accuracy\": null", "\"loss\": [null]");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class).get(0).metadata())
                .contains("\"norm\": null");
    }

    @Test
    void aModelIsStagedFromTheMomentItIsThereThoughTheCacheHasItLater() {
        SimulatedClient client = started();
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);

        CompletableFuture<List<String>> listed = calls.join()
                .models()
                .stage("m")
                .thenApply(model -> {
                    model.close();
                    return calls.join().models().staged();
                })
                .toCompletableFuture();
        client.await(listed);

        assertThat(listed.join()).containsExactly("m");
        client.runFor(Duration.ofSeconds(1));
        assertThat(calls.join().models().staged()).containsExactly("m");
    }

    @Test
    void aModelUnstagedBeforeTheCacheHasItIsGivenToNobodyElse() {
        SimulatedClient client = started();
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        CompletableFuture<ScaleoutModel> again = calls.join()
                .models()
                .stage("m")
                .thenCompose(model -> {
                    model.close();
                    assertThat(calls.join().models().unstage("m")).isTrue();
                    return calls.join().models().get("m");
                })
                .toCompletableFuture();
        client.await(again);

        again.join().close();
        assertThat(client.combiner.calls("download m")).isEqualTo(2);
        assertThat(calls.join().models().staged()).isEmpty();
    }

    @Test
    void aModelThatIsFetchedAgainLongAfterItWasUnstagedIsDownloadedAgain() {
        SimulatedClient client = started();
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        CompletableFuture<Boolean> unstaged = calls.join()
                .models()
                .stage("m")
                .thenApply(model -> {
                    model.close();
                    return calls.join().models().unstage("m");
                })
                .toCompletableFuture();
        client.await(unstaged);
        client.runFor(Duration.ofSeconds(1));

        CompletableFuture<ScaleoutModel> again = calls.join().models().get("m").toCompletableFuture();
        client.await(again);

        again.join().close();
        assertThat(client.combiner.calls("download m")).isEqualTo(2);
    }

    @Test
    void whatTheCacheHasDroppedIsNotStagedAnyMore() {
        SimulatedClient client = started();
        for (int i = 0; i < 6; i++) {
            client.combiner.addModel("m" + i, i);
            client.combiner.deliver(SimulatedCombiner.task("s" + i, "Scaleout_StageModel", "m" + i));
            client.runUntilDone("s" + i);
        }
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);

        assertThat(calls.join().models().staged()).containsExactly("m2", "m3", "m4", "m5");
    }
}
