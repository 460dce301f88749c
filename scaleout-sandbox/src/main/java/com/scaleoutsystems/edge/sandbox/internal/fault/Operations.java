package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.sandbox.fault.FaultKind;

/** What faults do to the servers themselves. */
public interface Operations {
    /** Does what an operator does, for the kinds that are about tokens, restarts and certificates; returns at once. */
    void operate(FaultKind kind);

    /** A fault of connections was added. */
    void connectionFaultAdded();

    /** Faults were removed. */
    void faultsRemoved();
}
