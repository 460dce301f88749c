package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;

/**
 * What a sandbox has that faults can strike.
 *
 * @param connections relays, which break connections
 * @param certificates certificates of its own
 * @param tokens tokens, which clients need
 */
public record Abilities(boolean connections, boolean certificates, boolean tokens) {

    /**
     * Refuses a fault that this sandbox cannot make.
     *
     * @throws EdgeException FAILED_PRECONDITION
     */
    void require(FaultKind kind) {
        if (kind.strikesConnections()) {
            require(connections, "This sandbox cannot break connections: build it with faults(FaultPlan.none())");
        }
        switch (kind) {
            case CHANGED_CERTIFICATE -> requireCertificates();
            case EXPIRED_TOKENS, REVOKED_TOKENS -> requireTokens();
            default -> {}
        }
    }

    /** Throws FAILED_PRECONDITION if the sandbox has no certificates. */
    public void requireCertificates() {
        require(certificates, "This sandbox has no certificates: build it with tls(true)");
    }

    /** Throws FAILED_PRECONDITION if the sandbox has no tokens. */
    public void requireTokens() {
        require(tokens, "This sandbox has no tokens: build it with authentication(true), or join without a token");
    }

    private static void require(boolean able, String otherwise) {
        if (!able) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, otherwise);
        }
    }
}
