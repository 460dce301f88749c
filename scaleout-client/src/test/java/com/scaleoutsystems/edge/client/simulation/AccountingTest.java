package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelSignature;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each call to a collaborator of a task throws, one in each life, in virtual time: store, models, transport, threads, listeners, tracer,
 * signatures and callbacks. Afterwards each lane has exactly the places that it had before.
 */
@Tag("once")
class AccountingTest {

    /** Calls that cannot throw, or belong to the beginning or the end of a client. */
    private static final Set<String> LEFT_ALONE = Set.of(
            "close",
            "settings",
            "isDurable",
            "dialect",
            "knowsDialect",
            "streams",
            "reconnectNow",
            "nanos",
            "random",
            "strand",
            "after",
            "continuations",
            "watchers",
            "onShutdown",
            "pendingLines",
            "hashCode",
            "equals",
            "toString");

    /** Of each kind of call the first ones throw: a client polls hundreds of times. */
    private static final int EACH = 2;

    private static final KeyPair KEYS = keys();

    private final Map<String, Integer> met = new LinkedHashMap<>();
    private final List<String> ran = new ArrayList<>();
    private boolean armed;
    private int calls;
    private int failing = -1;
    private String failed = "nothing";

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Throws if this is the call that is to fail. */
    private void called(String what) throws Throwable {
        if (armed && met.merge(what, 1, Integer::sum) <= EACH && calls++ == failing) {
            failed = what;
            // Two kinds of what a collaborator may throw, in turn.
            throw failing % 2 == 0 ? new IllegalStateException("on purpose") : new LinkageError("on purpose");
        }
    }

    private <T> T breaking(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (!LEFT_ALONE.contains(method.getName())) {
                        called(type.getSimpleName() + "." + method.getName());
                    }
                    try {
                        Object answer = method.invoke(real, arguments);
                        if (answer instanceof CombinerTransport withHeaders) {
                            return breaking(CombinerTransport.class, withHeaders);
                        }
                        return answer instanceof TaskTracer.Trace trace
                                ? breaking(TaskTracer.Trace.class, trace)
                                : answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause() == null ? thrown : thrown.getCause();
                    }
                }));
    }

    private void run(TaskRequest request) {
        ran.add(request.correlationId());
        try {
            called("the callback");
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable checked) {
            throw new AssertionError(checked);
        }
    }

    private Adapters broken(Adapters real) {
        return new Adapters(
                breaking(Env.class, real.env()),
                breaking(StateStore.class, real.store()),
                breaking(BlobStore.class, real.blobs()),
                breaking(ModelCache.class, real.models()),
                real.directory(),
                real.apis(),
                (options, identity, bearer) ->
                        breaking(CombinerTransport.class, real.transports().transport(options, identity, bearer)));
    }

    private SimulatedClient client() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            run(task.request());
            task.progress(0.5);
            task.logMetric(Map.of("loss", 1));
            return TrainResult.of(model("update-of-" + task.request().correlationId(), 1), 10);
        });
        callbacks.validate((model, task) -> {
            run(task.request());
            return Map.of("accuracy", 1);
        });
        callbacks.predict((model, task) -> {
            run(task.request());
            return Map.of("mean", 1);
        });
        callbacks.inference((model, task) -> {
            run(task.request());
            return task.logInferenceResult("found", Map.of("value", 1));
        });
        callbacks.custom("c", (parameters, task) -> {
            run(task.request());
            return "done";
        });
        callbacks.tracer(breaking(TaskTracer.class, task -> new TaskTracer.Trace() {
            @Override
            public Map<String, String> headers() {
                return Map.of("traceparent", "00-" + task.correlationId());
            }

            @Override
            public void end(TaskSummary summary) {}
        }));
        SimulatedClient client = new SimulatedClient(
                callbacks,
                Slots.settings(),
                TrustPolicy.defaults().withSigner("owner", KEYS.getPublic()),
                breaking(SignatureSource.class, id -> Optional.of(signature(id))),
                List.of(breaking(EdgeClientListener.class, new EdgeClientListener() {})),
                this::broken);
        for (String model : List.of("m", "n")) {
            client.combiner.addModel(model, 0);
        }
        client.start();
        client.runFor(Duration.ofSeconds(10));
        return client;
    }

    private static ModelSignature signature(String modelId) {
        try (var model = model(modelId, 0)) {
            return model.sign(KEYS.getPrivate(), "owner");
        }
    }

    private static List<TaskRequest> tasks() {
        return List.of(
                train("t", "n"),
                validate("v", "n"),
                task("p", "Scaleout_Prediction", "n"),
                task("i", "Scaleout_Inference", "n"),
                TaskRequest.of("c", "Custom_c").withData("{}"));
    }

    /** One client's life with one call that throws. */
    private void liveThrough() {
        SimulatedClient client = client();
        // From now on a step that throws harms no other, as on a real strand.
        client.env.failCall(Integer.MAX_VALUE);
        armed = true;
        tasks().forEach(client.combiner::deliver);
        boolean[] over = {false};
        client.env.schedule(Duration.ofMinutes(2), () -> over[0] = true);
        client.runUntil(() ->
                over[0] || tasks().stream().allMatch(task -> client.doneReports(task.correlationId()) > 0));
        client.runFor(Duration.ofSeconds(2));
        armed = false;

        for (TaskRequest task : tasks()) {
            String id = task.correlationId();
            String what = id + " when " + failed + " threw";
            assertThat(client.combiner.doneReports()).as(what).containsKey(id);
            assertThat(client.combiner.doneReports().get(id).stream()
                            .map(TaskReport::status)
                            .distinct())
                    .as(what)
                    .hasSize(1)
                    .containsAnyOf("COMPLETED", "FAILED");
            assertThat(ran.stream().filter(id::equals).count()).as(what).isLessThanOrEqualTo(1);
        }
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        assertThat(health.join().stuckTasks()).as("when %s threw", failed).isEmpty();
        Slots.areFree(client);
        Slots.areFree(client, 1, id -> task(id, "Scaleout_Prediction", "m"));
        Slots.areFree(client, 1, id -> task(id, "Scaleout_Inference", "m"));
        Slots.areFree(client, 4, id -> TaskRequest.of(id, "Custom_c").withData("{}"));
    }

    private static AccountingTest life(int failing) {
        AccountingTest life = new AccountingTest();
        life.failing = failing;
        life.liveThrough();
        return life;
    }

    @Test
    void whicheverCollaboratorThrowsEachLaneHasAllItsPlacesAfterwards() {
        AccountingTest whole = life(-1);
        Set<String> failed = new LinkedHashSet<>();
        try (LogLines hundredsOfFailures = new LogLines()) {
            for (int failing = 0; failing < whole.calls; failing++) {
                failed.add(life(failing).failed);
            }
            assertThat(hundredsOfFailures.with("on purpose")).isNotEmpty();
        }

        assertThat(failed)
                .containsAll(whole.met.keySet())
                .contains(
                        "the callback",
                        "Env.wall",
                        "Env.newId",
                        "Env.io",
                        "Env.callback",
                        "StateStore.commit",
                        "BlobStore.pin",
                        "BlobStore.open",
                        "BlobStore.release",
                        "ModelCache.find",
                        "ModelCache.keep",
                        "CombinerTransport.with",
                        "CombinerTransport.poll",
                        "CombinerTransport.download",
                        "CombinerTransport.upload",
                        "CombinerTransport.send",
                        "CombinerTransport.open",
                        "SignatureSource.signature",
                        "TaskTracer.begin",
                        "Trace.headers",
                        "EdgeClientListener.taskReceived",
                        "EdgeClientListener.taskStarted",
                        "EdgeClientListener.taskProgress",
                        "EdgeClientListener.taskFinished",
                        "EdgeClientListener.recordSettled",
                        "EdgeClientListener.modelTransferred");
    }
}
