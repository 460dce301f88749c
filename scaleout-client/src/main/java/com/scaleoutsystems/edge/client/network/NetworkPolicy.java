package com.scaleoutsystems.edge.client.network;

/**
 * What a client may use the network for at the moment. The program changes it at any time, for example while a device has only a metered
 * link.
 *
 * @since 0.1.0
 */
public enum NetworkPolicy {

    /** Everything. */
    ALL,

    /**
     * Heartbeats, and records of the priority class {@link com.scaleoutsystems.edge.client.record.PriorityClass#ALERT}. All else waits as
     * with {@link #PAUSED}.
     */
    ALERTS_ONLY,

    /**
     * Heartbeats alone. The client takes no tasks and transfers no models. Records and results of tasks are stored, and are sent when the
     * policy is {@link #ALL} again.
     */
    PAUSED
}
