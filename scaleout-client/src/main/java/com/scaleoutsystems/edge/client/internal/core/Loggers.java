package com.scaleoutsystems.edge.client.internal.core;

/** The names of all loggers of the client, so that a host can silence one part without the others. */
public final class Loggers {

    /** Joining, states, closing. */
    public static final String CLIENT = "scaleout.client";
    /** REST calls and tokens. */
    public static final String API = "scaleout.client.api";
    /** Calls to the combiner. */
    public static final String TRANSPORT = "scaleout.client.transport";
    /** Tasks and callbacks. */
    public static final String TASK = "scaleout.client.task";
    /** Records and their delivery. */
    public static final String REPORT = "scaleout.client.report";

    /** MDC key of the client's id. */
    public static final String MDC_CLIENT = "scaleout.client";
    /** MDC key of the running task's correlation id. */
    public static final String MDC_TASK = "scaleout.task";

    private Loggers() {}
}
