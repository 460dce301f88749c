package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.task.HostModels;
import com.scaleoutsystems.edge.client.internal.task.HostTasks;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the host does with models and tasks on its own account. Each call needs a combiner and fails as FAILED_PRECONDITION without one.
 * From any thread except the client's strand: calls block their thread, and callbacks run on it.
 */
public final class ConnectedCalls {

    private static final String MODEL_ID = "modelId";

    private final NetworkGate gate;
    private final HostRequests requests;
    private final Supplier<Optional<Connection>> connection;
    private final Supplier<Optional<String>> joining;

    /**
     * Calls that are still to be made.
     *
     * @param connection the client's connection at the moment; called on its strand
     * @param joining why the client has not joined, if it has tried to; called on its strand
     */
    ConnectedCalls(
            ClientParts client,
            HostRequests requests,
            Supplier<Optional<Connection>> connection,
            Supplier<Optional<String>> joining) {
        this.gate = client.gate();
        this.requests = requests;
        this.connection = connection;
        this.joining = joining;
    }

    /**
     * The calls that work with the combiner of the moment. Does not block.
     *
     * @throws EdgeException FAILED_PRECONDITION, in the stage, if there is no combiner yet
     */
    public CompletionStage<HostCalls> calls() {
        return requests.answer(() -> connection
                .get()
                .orElseThrow(() -> new EdgeException(
                        ErrorCode.FAILED_PRECONDITION,
                        "there is no combiner yet: "
                                + joining.get()
                                        .orElse("call start(), or connectToApi() and initGrpcHandler(...), first")))
                .hostCalls());
    }

    /** What the client may use the network for. Needs no combiner. */
    public NetworkPolicy networkPolicy() {
        return gate.policy();
    }

    /** Changes what the client may use the network for; done when it holds. Needs no combiner. Does not block. */
    public CompletionStage<@Nullable Void> networkPolicy(NetworkPolicy policy) {
        return requests.answer(() -> {
            gate.set(policy);
            return null;
        });
    }

    private HostModels models() {
        return Blocking.await(calls()).models();
    }

    private HostTasks tasks() {
        return Blocking.await(calls()).tasks();
    }

    /** Gets a model from the cache or the combiner; the caller closes it. */
    public ScaleoutModel model(String modelId) {
        Texts.requireText(MODEL_ID, modelId);
        return awaitModel(models().get(modelId));
    }

    /** Sends a model to the combiner; it stays the caller's. */
    public void send(ScaleoutModel model) {
        Blocking.await(models().send(model));
    }

    /** Gets a model and stages it; the caller closes it. */
    public ScaleoutModel stage(String modelId) {
        Texts.requireText(MODEL_ID, modelId);
        return awaitModel(models().stage(modelId));
    }

    /** Stages a model of the host's; it stays the caller's. */
    public void stage(ScaleoutModel model) {
        models().stage(model);
    }

    /** The ids of the staged models. */
    public List<String> staged() {
        return models().staged();
    }

    /** Drops a staged model; false if it was not staged. */
    public boolean unstage(String modelId) {
        Texts.requireText(MODEL_ID, modelId);
        return models().unstage(modelId);
    }

    /** Runs the inference callback on this thread. */
    public @Nullable Object infer(ScaleoutModel model, Map<String, Object> parameters) throws Exception {
        return tasks().infer(model, parameters);
    }

    /** Gets a model, runs the predict callback on this thread and sends its values. */
    public Delivery predict(TaskRequest request) throws Exception {
        Texts.requireText(MODEL_ID, request.modelId());
        HostCalls calls = Blocking.await(calls());
        try (ScaleoutModel model = awaitModel(calls.models().get(request.modelId()))) {
            return calls.tasks().predict(model, request);
        }
    }

    /** Starts an autonomous task. */
    public AutonomousTask start(String type, Map<String, Object> parameters, CustomCallback callback) {
        Texts.requireText("type", type);
        return Blocking.await(tasks().start(type, parameters, callback));
    }

    /** Starts an autonomous inference. */
    public AutonomousTask startInference(String modelId, Map<String, Object> parameters) {
        Texts.requireText(MODEL_ID, modelId);
        return Blocking.await(tasks().startInference(modelId, parameters));
    }

    /** A model that arrives after its caller has stopped to wait is closed. */
    private static ScaleoutModel awaitModel(CompletionStage<ScaleoutModel> stage) {
        try {
            return Blocking.await(stage);
        } catch (EdgeException failure) {
            if (Thread.currentThread().isInterrupted()) {
                var unused = stage.thenAccept(ScaleoutModel::close);
            }
            throw failure;
        }
    }
}
