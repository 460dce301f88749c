package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of server can do, and how clients talk to it. A dialect has no state: all clients of a process share it. What matters
 * to the messages of a call alone is not part of this interface; the transport knows it.
 */
public interface Dialect {

    /** The protocol release that a client names unless its host has set another. */
    String release();

    /** The JSON object with which a client asks for a combiner. */
    Map<String, @Nullable Object> assignmentRequest(ClientIdentity client, Optional<String> preferredCombiner);

    /**
     * The combiner that an assignment names.
     *
     * @param assignment the server's JSON object
     * @throws IllegalArgumentException if it names none
     */
    GrpcConnectionOptions combiner(Map<String, @Nullable Object> assignment);

    /** The same combiner with TLS or without, where neither the host nor the assignment has decided it and the dialect has a rule. */
    GrpcConnectionOptions secured(GrpcConnectionOptions combiner);

    /** Whether a custom task's data are its parameters, rather than hold them under a key. */
    boolean sendsBareParameters();

    /** Whether one record of telemetry takes several measurements, each under its own name. */
    boolean takesMeasurementsTogether();
}
