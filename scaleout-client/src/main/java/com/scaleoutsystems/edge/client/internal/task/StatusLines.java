package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;

/**
 * Writes the start and the end of tasks into the session log.
 *
 * @param wanted whether the host wants such lines
 */
record StatusLines(HostLog log, boolean wanted) {

    void write(TaskHandler handler, String text, LogLevel level) {
        if (wanted) {
            LogOptions options = LogOptions.defaults().withStatusType(handler.statusType());
            var unused = log.sendStatus(text, level, options);
        }
    }
}
