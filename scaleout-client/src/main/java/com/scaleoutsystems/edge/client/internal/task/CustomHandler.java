package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Utf8;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A custom task, which is answered with what the callback returns.
 *
 * @param bareParameters whether the task's data are the parameters themselves, as in generation 1.0, or an object that holds them
 */
record CustomHandler(CustomCallback callback, HostLog log, boolean bareParameters) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        if (request.data().isEmpty()) {
            return Map.of();
        }
        return bareParameters ? TaskData.whole(request) : TaskData.object(request, "parameters");
    }

    @Override
    public boolean needsModel() {
        return false;
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        return answer(callback.run(input.task().settings(), input.task()), log);
    }

    static Answered answer(@Nullable Object value, HostLog log) {
        return new Answered(value, isNothing(value) ? "" : text("the callback's result", value, log), Optional.empty());
    }

    /** JSON text that fits into a report. */
    static String text(String what, @Nullable Object value, HostLog log) {
        String text = log.json(what, value);
        long bytes = Utf8.length(text);
        if (bytes > TaskReport.MOST_TEXT) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    what + " has " + bytes + " bytes as JSON; a report holds at most " + TaskReport.MOST_TEXT
                            + "; send more of it as records or as a model");
        }
        return text;
    }

    /** Whether the reference client would send no answer: it takes for none what its language takes for false. */
    private static boolean isNothing(@Nullable Object value) {
        return value == null
                || value.equals(false)
                || (value instanceof Number number && number.doubleValue() == 0)
                || (value instanceof CharSequence text && text.isEmpty())
                || (value instanceof Collection<?> values && values.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value.getClass().isArray() && Array.getLength(value) == 0);
    }
}
