package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.time.Duration;

/**
 * What all running tasks of a client share.
 *
 * @param abortGrace how long callbacks may take to notice an abort before they are interrupted
 * @param lines logs what becomes of tasks
 */
record TaskResources(
        Env env,
        Strand strand,
        Duration abortGrace,
        ModelFetcher models,
        CallbackRunner callbacks,
        StatusLines statusLines,
        TaskTraces traces,
        FewLines lines) {

    static TaskResources of(
            TaskDependencies client, TaskPolicy policy, ModelFetcher models, CallbackServices services) {
        return new TaskResources(
                client.env(),
                client.strand(),
                policy.tasks().abortGrace(),
                models,
                new CallbackRunner(
                        client.clientId(),
                        client.env(),
                        client.strand(),
                        policy.tasks().callbackThreads(),
                        services),
                new StatusLines(client.log(), policy.statusLines()),
                services.traces(),
                new FewLines(client.env(), Loggers.of(Loggers.TASK)));
    }
}
