package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SDK's code around the host's callback for one kind of task. */
interface TaskHandler {

    /**
     * Checks what can be checked before the model is fetched.
     *
     * @return the settings or parameters that the callback gets
     * @throws EdgeException if the task cannot run; it then ends as FAILED with this message
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

    /** The type of the status lines of this kind of task. */
    default String statusType() {
        return "";
    }

    /** Calls the callback and checks its result. Called on the callback's thread. */
    Result call(CallbackInput input) throws Exception;

    /**
     * What the callback works on.
     *
     * @param fetched the task's model, if it needs one
     * @param fetchTime how long it took to get the model
     */
    record CallbackInput(Optional<ScaleoutModel> fetched, TaskContext task, Duration fetchTime) {

        ScaleoutModel model() {
            return fetched.orElseThrow(() -> new IllegalStateException("this task has no model"));
        }

        TaskRequest request() {
            return task.request();
        }
    }

    /**
     * What a callback returned.
     *
     * @param callback names it
     * @param expected names what it must return
     * @throws EdgeException INVALID_ARGUMENT if it returned null
     */
    static <T> T returned(String callback, @Nullable T value, String expected) {
        if (value == null) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT, "the " + callback + " returned null; expected " + expected);
        }
        return value;
    }

    /** What the callback produced. */
    sealed interface Result {

        /** Closes what the result holds, because it is not sent. */
        default void discard() {}
    }

    /**
     * A result that is sent as a record; the task is completed once the combiner has acknowledged it.
     *
     * @param record the record
     * @param model the model that must be uploaded first, if there is one; the result owns this handle
     */
    record Sent(RecordBody record, Optional<ScaleoutModel> model) implements Result {

        @Override
        public void discard() {
            model.ifPresent(ScaleoutModel::close);
        }
    }

    /**
     * An answer that goes with the task's last report; the task is completed.
     *
     * @param value what the callback returned
     * @param response the JSON text for the combiner, or empty
     * @param afterwards what the host wants done once the combiner has the report
     */
    record Answered(@Nullable Object value, String response, Optional<Runnable> afterwards) implements Result {

        static final Answered NOTHING = new Answered(null, "", Optional.empty());
    }
}
