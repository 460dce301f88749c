package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.TaskContext;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Our code around the host's callback for one kind of task. */
interface TaskHandler {

    /**
     * Checks what can be checked before anything is fetched.
     *
     * @return the settings that the callback gets
     * @throws com.scaleoutsystems.edge.EdgeException if the task cannot be done; it then ends as FAILED with this message
     */
    Map<String, Object> prepare(TaskRequest request);

    /** The status line before the model is fetched. */
    Optional<String> statusBeforeFetch(TaskRequest request);

    /** The status line before the callback is entered. */
    Optional<String> statusBeforeCallback(TaskRequest request);

    /** The status line after the result was acknowledged. */
    String statusAfterDelivery();

    /** What status lines of this kind of task are about. */
    String statusType();

    /**
     * Calls the callback and checks its result. Runs on a thread of its own.
     *
     * @param fetchTime how long the model took to come
     */
    Result call(ScaleoutModel model, TaskContext task, Duration fetchTime) throws Exception;

    /**
     * The result of a task.
     *
     * @param record what is sent
     * @param model the model that must be uploaded first, a handle of its own, if there is one
     */
    record Result(RecordBody record, Optional<ScaleoutModel> model) {}
}
