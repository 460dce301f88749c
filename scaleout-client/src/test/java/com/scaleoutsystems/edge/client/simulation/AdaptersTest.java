package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Everything that the core of a client calls fails at one call, each call in turn, in virtual time: each task ends once all the same,
 * and all lanes are free afterwards.
 */
class AdaptersTest {

    /** Calls that have no way to fail, or belong to the beginning or the end of a client. */
    private static final Set<String> CANNOT_FAIL = Set.of(
            "close", "isDurable", "works", "release", "settings", "dialect", "knowsDialect", "streams", "reconnectNow");

    /** Of the environment, only a thread may be missing. */
    private static final Set<String> OF_THE_ENVIRONMENT = Set.of("callback");

    /** Counts calls, and lets one of them fail. */
    private static final class Breaker {

        private final Set<String> met = new LinkedHashSet<>();
        private boolean armed;
        private int calls;
        private int failing = -1;
        private String failed = "nothing";

        boolean strikes(String call) {
            if (!armed) {
                return false;
            }
            met.add(call);
            boolean now = calls++ == failing;
            if (now) {
                failed = call;
            }
            return now;
        }

        <T> T breaking(Class<T> type, T real, VirtualEnv env) {
            Object proxy =
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        boolean mayFail = type == Env.class
                                ? OF_THE_ENVIRONMENT.contains(method.getName())
                                : !CANNOT_FAIL.contains(method.getName());
                        if (mayFail && strikes(type.getSimpleName() + "." + method.getName())) {
                            return failure(method, arguments, env);
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause() == null ? thrown : thrown.getCause();
                        }
                    });
            return type.cast(proxy);
        }

        /** Fails in the way that the method's contract has for it. */
        private static Object failure(Method method, @Nullable Object[] arguments, VirtualEnv env) {
            EdgeException error = new EdgeException(ErrorCode.INTERNAL, "on purpose", null, false, 1);
            if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                return CompletableFuture.failedFuture(error);
            }
            if (method.getReturnType() == Transfer.class) {
                return new Transfer<>(CompletableFuture.failedFuture(error), () -> {});
            }
            if (method.getReturnType() == RecordStream.class) {
                RecordStream.Receiver receiver = (RecordStream.Receiver) arguments[1];
                env.schedule(Duration.ofMillis(1), () -> receiver.ended(error));
                return Proxy.newProxyInstance(
                        RecordStream.class.getClassLoader(),
                        new Class<?>[] {RecordStream.class},
                        (stream, call, given) -> null);
            }
            throw new IllegalStateException("on purpose");
        }
    }

    private final Map<String, Integer> runs = new HashMap<>();
    private final Breaker breaker = new Breaker();

    private SimulatedClient client() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            count(task);
            task.logMetric(Map.of("loss", 1));
            return TrainResult.of(model("update-" + task.request().correlationId(), 1), 10);
        });
        callbacks.validate((model, task) -> {
            count(task);
            return Map.of("accuracy", 1);
        });
        callbacks.predict((model, task) -> {
            count(task);
            return Map.of("mean", 1);
        });
        callbacks.inference((model, task) -> {
            count(task);
            return task.logInferenceResult("found", Map.of("value", 1));
        });
        callbacks.custom("c", (parameters, task) -> {
            count(task);
            return "done";
        });
        SimulatedClient client = new SimulatedClient(callbacks, 1, this::broken);
        for (String model : List.of("m", "n", "after")) {
            client.combiner.addModel(model, 0);
        }
        client.start();
        return client;
    }

    private void count(TaskContext task) {
        runs.merge(task.request().correlationId(), 1, Integer::sum);
    }

    private Adapters broken(Adapters real) {
        VirtualEnv env = (VirtualEnv) real.env();
        return new Adapters(
                breaker.breaking(Env.class, env, env),
                breaker.breaking(StateStore.class, real.store(), env),
                breaker.breaking(BlobStore.class, real.blobs(), env),
                breaker.breaking(ModelCache.class, real.models(), env),
                real.directory(),
                real.apis(),
                (options, identity, bearer) -> breaker.breaking(
                        CombinerTransport.class, real.transports().transport(options, identity, bearer), env));
    }

    private static List<TaskRequest> tasks(String prefix, String modelId) {
        return List.of(
                train(prefix + "t", modelId),
                validate(prefix + "v", modelId),
                task(prefix + "p", "Scaleout_Prediction", modelId),
                task(prefix + "s", "Scaleout_StageModel", modelId),
                TaskRequest.of(prefix + "i", "Scaleout_Inference")
                        .withModelId(modelId)
                        .withData("{}"),
                TaskRequest.of(prefix + "c", "Custom_c").withData("{}"));
    }

    private static List<String> statuses(SimulatedClient client, TaskRequest task) {
        return client.combiner.doneReports().get(task.correlationId()).stream()
                .map(TaskReport::status)
                .distinct()
                .toList();
    }

    /** One client's life with one failing call. */
    private void liveThrough(int failing) {
        SimulatedClient client = client();
        breaker.failing = failing;
        breaker.armed = true;
        List<TaskRequest> tasks = new ArrayList<>(tasks("", "m"));
        tasks.add(train("other", "n"));
        tasks.forEach(client.combiner::deliver);
        client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.runtime.log().logAttributes(Map.of("site", "a"));

        tasks.forEach(task -> client.runUntilDone(task.correlationId()));
        client.runFor(Duration.ofSeconds(5));
        breaker.armed = false;

        for (TaskRequest task : tasks) {
            String what = task.correlationId() + " when " + breaker.failed + " failed";
            assertThat(statuses(client, task)).as(what).hasSize(1).containsAnyOf("COMPLETED", "FAILED");
            assertThat(runs.getOrDefault(task.correlationId(), 0)).as(what).isLessThanOrEqualTo(1);
        }
        for (TaskRequest task : tasks("after-", "after")) {
            client.combiner.deliver(task);
            client.runUntilDone(task.correlationId());
            assertThat(statuses(client, task))
                    .as("%s after %s failed", task.correlationId(), breaker.failed)
                    .containsExactly("COMPLETED");
        }
        client.close(Duration.ofSeconds(20));
    }

    @Test
    void whicheverCallFailsEachTaskEndsOnceAndAllLanesAreFreeAgain() {
        AdaptersTest whole = new AdaptersTest();
        whole.liveThrough(-1);
        Set<String> met = new LinkedHashSet<>();
        try (LogLines hundredsOfFailures = new LogLines()) {
            for (int failing = 0; failing < whole.breaker.calls; failing++) {
                AdaptersTest life = new AdaptersTest();
                life.liveThrough(failing);
                met.add(life.breaker.failed);
            }
            assertThat(hundredsOfFailures.with("on purpose")).isNotEmpty();
        }

        assertThat(met)
                .containsAll(whole.breaker.met)
                .contains(
                        "Env.callback",
                        "StateStore.commit",
                        "BlobStore.pin",
                        "BlobStore.open",
                        "ModelCache.find",
                        "ModelCache.keep",
                        "CombinerTransport.poll",
                        "CombinerTransport.download",
                        "CombinerTransport.upload",
                        "CombinerTransport.send",
                        "CombinerTransport.open",
                        "CombinerTransport.heartbeat");
    }
}
