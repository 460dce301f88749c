package com.scaleoutsystems.edge.client.internal.task;

/**
 * What the host does on its own account, rather than because the combiner asked for it.
 *
 * @param models gets, sends and stages models
 * @param tasks runs callbacks and starts autonomous tasks
 */
public record HostCalls(HostModels models, HostTasks tasks) {}
