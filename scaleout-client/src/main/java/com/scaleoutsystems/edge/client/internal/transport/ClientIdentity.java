package com.scaleoutsystems.edge.client.internal.transport;

/**
 * Who calls.
 *
 * @param clientId the client's id
 * @param name its name; may be empty
 * @param version the protocol release that it speaks
 */
public record ClientIdentity(String clientId, String name, String version) {}
