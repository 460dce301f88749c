package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;

/**
 * There is no API at the URL at the moment: the URL is wrong, or a gateway has no route while the API is deployed. Who has patience may
 * try again; nobody else does.
 */
public final class NoApiException extends EdgeException {

    private static final long serialVersionUID = 1L;

    NoApiException(String message) {
        super(ErrorCode.NOT_FOUND, message);
    }
}
