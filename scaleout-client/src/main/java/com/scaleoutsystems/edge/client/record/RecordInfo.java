package com.scaleoutsystems.edge.client.record;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a listener learns about a record. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class RecordInfo {

    private final String id;
    private final RecordKind kind;
    private final String priorityClass;
    private final String key;
    private final @Nullable String payload;

    private RecordInfo(String id, RecordKind kind, String priorityClass, String key, @Nullable String payload) {
        this.id = Objects.requireNonNull(id, "id");
        this.kind = Objects.requireNonNull(kind, "kind");
        this.priorityClass = Objects.requireNonNull(priorityClass, "priorityClass");
        this.key = Objects.requireNonNull(key, "key");
        this.payload = payload;
    }

    /**
     * A record without key and payload.
     *
     * @param id the record's id
     * @param kind the record's kind
     * @param priorityClass the class that the record is in
     * @return the description
     */
    public static RecordInfo of(String id, RecordKind kind, String priorityClass) {
        return new RecordInfo(id, kind, priorityClass, "", null);
    }

    /**
     * This record with a key.
     *
     * @param value what the record is about
     * @return the changed copy
     */
    public RecordInfo withKey(String value) {
        return new RecordInfo(id, kind, priorityClass, value, payload);
    }

    /**
     * This record with a payload.
     *
     * @param value JSON text
     * @return the changed copy
     */
    public RecordInfo withPayload(String value) {
        return new RecordInfo(id, kind, priorityClass, key, Objects.requireNonNull(value, "payload"));
    }

    /**
     * The record's id, the same as in its {@link Delivery} and at the server.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * What kind of record it is.
     *
     * @return the kind
     */
    public RecordKind kind() {
        return kind;
    }

    /**
     * The class that the record was sent in, or would have been.
     *
     * @return the name of the class
     */
    public String priorityClass() {
        return priorityClass;
    }

    /**
     * What the record is about. Telemetry, attributes and inference results have a key.
     *
     * @return the key; empty for all other kinds
     */
    public String key() {
        return key;
    }

    /**
     * The payload of telemetry, attributes and inference results. Other kinds have none, and neither has a record whose content is
     * only on disk.
     *
     * @return JSON text, if there is any
     */
    public Optional<String> payload() {
        return Optional.ofNullable(payload);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordInfo that
                && id.equals(that.id)
                && kind == that.kind
                && priorityClass.equals(that.priorityClass)
                && key.equals(that.key)
                && Objects.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return kind.messageName() + "[id=" + id + ", priorityClass=" + priorityClass + ", key=" + key + "]";
    }
}
