package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.model.TrustPolicy;

/**
 * What a model must prove before a task gets it.
 *
 * @param policy the rules
 * @param signatures where signatures are found
 */
public record ModelTrust(TrustPolicy policy, SignatureSource signatures) {}
