package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import java.util.SplittableRandom;

/** A fault that strikes, with random numbers for what it makes. */
public record Strike(Fault fault, SplittableRandom random) {

    public FaultKind kind() {
        return fault.kind();
    }
}
