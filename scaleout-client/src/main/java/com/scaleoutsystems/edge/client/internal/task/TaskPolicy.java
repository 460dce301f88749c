package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.task.TaskSettings;

/**
 * The host's settings for tasks and models.
 *
 * @param statusLines whether status lines tell of the start and the end of tasks
 * @param transfers how often a download or an upload is tried
 * @param trust what a model must prove before a task gets it
 */
public record TaskPolicy(TaskSettings tasks, boolean statusLines, RetryPolicy transfers, ModelTrust trust) {}
