package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what came of a {@link TaskRun}.
 *
 * @since 0.1.0
 */
public final class TaskRunAssert extends AbstractAssert<TaskRunAssert, TaskRunResult> {

    TaskRunAssert(TaskRunResult actual) {
        super(actual, TaskRunAssert.class);
    }

    /**
     * Checks that the task was completed: the server has its result.
     *
     * @return this assertion object
     */
    public TaskRunAssert isCompleted() {
        return ended(TaskStatus.COMPLETED);
    }

    /**
     * Checks that the task has failed.
     *
     * @param part what the reason contains that the server is told
     * @return this assertion object
     */
    public TaskRunAssert failedWith(String part) {
        ended(TaskStatus.FAILED);
        if (!actual.reason().contains(part)) {
            throw failure(
                    "Expected the task to have failed with \"%s\", and the reason is \"%s\"", part, actual.reason());
        }
        return this;
    }

    /**
     * Checks that the task was aborted, and that its callback has ended.
     *
     * @return this assertion object
     */
    public TaskRunAssert isAborted() {
        ended(TaskStatus.INTERRUPTED);
        if (actual.isStuck()) {
            throw failure(
                    "Expected the abort to end the callback, and the callback still runs: it ignores abort and interrupt");
        }
        return this;
    }

    /**
     * Checks that the task was aborted for a reason, and that its callback has ended.
     *
     * @param reason why the callback was asked to stop
     * @return this assertion object
     */
    public TaskRunAssert isAborted(AbortReason reason) {
        isAborted();
        if (!actual.abortReason().equals(Optional.of(reason))) {
            throw failure("Expected the task to be aborted for %s, and it was for %s", reason, actual.abortReason());
        }
        return this;
    }

    /**
     * Checks the parameters of the trained model: their number, shapes, types and values.
     *
     * @param expected the parameters
     * @return this assertion object
     */
    public TaskRunAssert hasParameters(ModelParameters expected) {
        ModelParameters found = ended(TaskStatus.COMPLETED).actual.parameters();
        if (!found.equals(expected)) {
            throw failure("Expected the trained parameters to be %s, and they are %s", shown(expected), shown(found));
        }
        return this;
    }

    /**
     * Checks the parameters of the trained model: their number and shapes, and their values except for a small difference.
     *
     * @param expected the parameters
     * @param tolerance how far a value may be away
     * @return this assertion object
     */
    public TaskRunAssert hasParametersCloseTo(ModelParameters expected, double tolerance) {
        ModelParameters found = ended(TaskStatus.COMPLETED).actual.parameters();
        requireSameShapes(expected, found);
        for (int i = 0; i < expected.size(); i++) {
            double[] wanted = expected.get(i).toDoubles();
            double[] values = found.get(i).toDoubles();
            for (int j = 0; j < wanted.length; j++) {
                if (!(Math.abs(wanted[j] - values[j]) <= tolerance)) {
                    throw failure(
                            "Expected the trained parameters to be close to %s, and they are %s: value %s of tensor %s is %s",
                            shown(expected), shown(found), j, i, values[j]);
                }
            }
        }
        return this;
    }

    /**
     * Checks that the trained model has as many tensors as the one that the callback received, in the same shapes, and that all its
     * values are finite. Servers average updates value by value, so others harm the whole session.
     *
     * @return this assertion object
     */
    public TaskRunAssert hasParametersToAverage() {
        ModelParameters found = ended(TaskStatus.COMPLETED).actual.parameters();
        requireSameShapes(actual.input().map(ScaleoutModel::modelParameters).orElseThrow(), found);
        for (int i = 0; i < found.size(); i++) {
            double[] values = found.get(i).toDoubles();
            for (int j = 0; j < values.length; j++) {
                if (!Double.isFinite(values[j])) {
                    throw failure(
                            "Expected the trained parameters to be finite, and value %s of tensor %s is %s",
                            j, i, values[j]);
                }
            }
        }
        return this;
    }

    private void requireSameShapes(ModelParameters expected, ModelParameters found) {
        List<String> wanted = shapes(expected);
        List<String> shapes = shapes(found);
        if (!shapes.equals(wanted)) {
            throw failure("Expected the trained tensors to have the shapes %s, and they have %s", wanted, shapes);
        }
    }

    private static List<String> shapes(ModelParameters parameters) {
        return parameters.stream()
                .map(tensor -> Arrays.toString(tensor.shape()))
                .toList();
    }

    private static List<String> shown(ModelParameters parameters) {
        return parameters.stream().map(TaskRunAssert::shown).toList();
    }

    private static String shown(Tensor tensor) {
        return tensor.elementCount() > 20 ? tensor.toString() : Arrays.toString(tensor.toDoubles());
    }

    /**
     * Checks one value of a validation or a prediction.
     *
     * @param name its name
     * @param expected the value, as the server reads it
     * @return this assertion object
     */
    public TaskRunAssert hasValue(String name, @Nullable Object expected) {
        ended(TaskStatus.COMPLETED);
        if (!actual.values().containsKey(name)
                || !Objects.equals(actual.values().get(name), expected)) {
            throw failure("Expected the value %s to be %s; the values are %s", name, expected, actual.values());
        }
        return this;
    }

    /**
     * Checks the answer of a custom task.
     *
     * @param expected a number, text, boolean, list or map of these, as the server reads it; null for no answer
     * @return this assertion object
     */
    public TaskRunAssert hasAnswer(@Nullable Object expected) {
        ended(TaskStatus.COMPLETED);
        if (!Objects.equals(actual.answer(), expected)) {
            throw failure("Expected the answer to be %s, and it is %s", expected, actual.answer());
        }
        return this;
    }

    /**
     * Checks that a metric has reached the server.
     *
     * @param name its name
     * @return this assertion object
     */
    public TaskRunAssert hasMetric(String name) {
        return has(
                "the metric " + name,
                !actual.metric(name).isEmpty(),
                actual.metrics().stream().map(Recorded.Metric::values).toList());
    }

    /**
     * Checks that telemetry has reached the server.
     *
     * @param key what was measured
     * @return this assertion object
     */
    public TaskRunAssert hasTelemetry(String key) {
        List<String> keys =
                actual.telemetry().stream().map(Recorded.Telemetry::key).toList();
        return has("telemetry of " + key, keys.contains(key), keys);
    }

    /**
     * Checks that an attribute has reached the server.
     *
     * @param key the name of the fact
     * @return this assertion object
     */
    public TaskRunAssert hasAttribute(String key) {
        List<String> keys =
                actual.attributes().stream().map(Recorded.Attribute::key).toList();
        return has("the attribute " + key, keys.contains(key), keys);
    }

    /**
     * Checks that a line of the session log has reached the server.
     *
     * @param part what the line contains
     * @return this assertion object
     */
    public TaskRunAssert hasStatus(String part) {
        List<String> lines =
                actual.statuses().stream().map(Recorded.Status::text).toList();
        return has("a status line with \"" + part + "\"", lines.stream().anyMatch(line -> line.contains(part)), lines);
    }

    private TaskRunAssert has(String what, boolean found, List<?> instead) {
        if (!found) {
            throw failure("Expected the server to get %s, and it got %s", what, instead.isEmpty() ? "none" : instead);
        }
        return this;
    }

    private TaskRunAssert ended(TaskStatus status) {
        isNotNull();
        if (actual.status() != status) {
            AssertionError failure = failure("Expected the task to end as %s, and it ended as %s", status, actual);
            actual.failure().ifPresent(failure::initCause);
            throw failure;
        }
        return this;
    }
}
