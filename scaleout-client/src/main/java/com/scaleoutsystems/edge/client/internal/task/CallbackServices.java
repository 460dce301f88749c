package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.report.HostLog;

/**
 * Where a callback's context hands on what the callback logs and reports.
 *
 * @param current knows which thread works for which task
 * @param lines logs how far callbacks have come
 */
record CallbackServices(
        HostLog log, ListenerCalls listeners, CurrentTasks current, TaskTraces traces, Env env, FewLines lines) {

    static CallbackServices of(TaskDependencies client, TaskTraces traces) {
        return new CallbackServices(
                client.log(),
                client.listeners(),
                client.current(),
                traces,
                client.env(),
                new FewLines(client.env(), Loggers.of(Loggers.TASK)));
    }
}
