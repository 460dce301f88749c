package com.scaleoutsystems.edge.client.architecture.planted.right;

import com.scaleoutsystems.edge.client.architecture.planted.left.Left;

/** The other half of a circle of two packages. */
public final class Right {

    /** Closes the circle. */
    public Left left() {
        return new Left(this);
    }
}
