package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Our code around the host's callback for one kind of task. */
interface TaskHandler {

    /**
     * Checks what can be checked before anything is fetched.
     *
     * @return the settings or parameters that the callback gets
     * @throws com.scaleoutsystems.edge.EdgeException if the task cannot be done; it then ends as FAILED with this message
     */
    Map<String, Object> prepare(TaskRequest request);

    /** Whether the task's model is fetched before the callback is called. */
    default boolean needsModel() {
        return true;
    }

    /** The status line before the model is fetched. */
    default Optional<String> statusBeforeFetch(TaskRequest request) {
        return Optional.empty();
    }

    /** The status line before the callback is entered. */
    default Optional<String> statusBeforeCallback(TaskRequest request) {
        return Optional.empty();
    }

    /** The status line after the result was acknowledged. */
    default Optional<String> statusAfterDelivery() {
        return Optional.empty();
    }

    /** What status lines of this kind of task are about. */
    default String statusType() {
        return "";
    }

    /** Calls the callback and checks its result. Runs on a thread of its own. */
    Result call(CallbackInput input) throws Exception;

    /**
     * What the callback works on.
     *
     * @param fetched the task's model, if it needs one
     * @param fetchTime how long the model took to come
     */
    record CallbackInput(Optional<ScaleoutModel> fetched, TaskContext task, Duration fetchTime) {

        ScaleoutModel model() {
            return fetched.orElseThrow(() -> new IllegalStateException("this task has no model"));
        }

        TaskRequest request() {
            return task.request();
        }
    }

    /** What came of a task. */
    sealed interface Result {

        /** Lets go of a result that nobody wants any more. */
        default void discard() {}
    }

    /**
     * A result that is sent on its own; the task is completed when it was acknowledged.
     *
     * @param record what is sent
     * @param model the model that must be uploaded first, a handle of its own, if there is one
     */
    record Sent(RecordBody record, Optional<ScaleoutModel> model) implements Result {

        @Override
        public void discard() {
            model.ifPresent(ScaleoutModel::close);
        }
    }

    /**
     * A result that goes with the task's last report, and completes it.
     *
     * @param value what the callback returned
     * @param response the JSON text for the combiner, or empty
     * @param afterwards what to do once the combiner has the report
     */
    record Answered(@Nullable Object value, String response, Runnable afterwards) implements Result {

        static final Answered NOTHING = new Answered(null, "", () -> {});
    }
}
