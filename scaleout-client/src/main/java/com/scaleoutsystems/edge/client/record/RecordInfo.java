package com.scaleoutsystems.edge.client.record;

import java.util.Optional;

/**
 * What a listener is told of a record.
 *
 * @param id the record's id, the same as in its {@link Delivery} and at the server
 * @param kind the name of its message in the protocol, such as {@code TelemetryRecord} or {@code ModelUpdate}
 * @param priorityClass the class it was sent in
 * @param key what it is about, for telemetry, attributes and results of inference; empty for others
 * @param payload its JSON text, for the same kinds; empty for others, and where it is on disk only
 */
public record RecordInfo(String id, String kind, String priorityClass, String key, Optional<String> payload) {}
