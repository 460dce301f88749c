package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.report.HostLog;

/**
 * Where a callback's context hands on what the callback logs and reports.
 *
 * @param current knows which thread works for which task
 */
record CallbackServices(HostLog log, ListenerCalls listeners, CurrentTasks current) {

    static CallbackServices of(TaskDependencies client) {
        return new CallbackServices(client.log(), client.listeners(), client.current());
    }
}
