package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.Experimental;
import java.net.URI;

/**
 * Where programs in any language change the faults of a sandbox. {@code docs/testing.md} describes the requests.
 *
 * @param uri the base of all requests, {@code http://127.0.0.1:PORT}, also if the sandbox has TLS
 * @param token what each request needs as its bearer token
 * @since 0.1.0
 */
@Experimental
public record ControlEndpoint(URI uri, String token) {

    /**
     * The address without the token.
     *
     * @return for logs
     */
    @Override
    public String toString() {
        return "ControlEndpoint[uri=" + uri + "]";
    }
}
