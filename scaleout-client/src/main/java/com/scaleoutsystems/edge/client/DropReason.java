package com.scaleoutsystems.edge.client;

/** Why the SDK gave a record up. The list is closed. */
public enum DropReason {
    /** More records were waiting than {@link ReportingSettings#maxQueuedRecords()} allows. */
    QUEUE_FULL,
    /** The client was closed before the record could be sent. */
    CLIENT_CLOSED
}
