package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;

/** A call broke off because the client has moved to another combiner: it says nothing about either of them, and may be made again now. */
public final class MovedException extends EdgeException {

    private static final long serialVersionUID = 1;

    /**
     * A call that broke off.
     *
     * @param combiner the address of the combiner that the client has moved to
     * @param failure how the call ended
     */
    public MovedException(String combiner, Throwable failure) {
        super(ErrorCode.UNAVAILABLE, "the client has moved to the combiner " + combiner, failure, true, 1);
    }
}
