package com.scaleoutsystems.edge.sandbox.network;

import com.scaleoutsystems.edge.Experimental;

/**
 * Which certificate the servers of a sandbox with TLS show.
 *
 * @since 0.1.0
 */
@Experimental
public enum SandboxCertificate {
    /** A good one of the sandbox's authority, for {@code localhost} and {@code 127.0.0.1}. */
    TRUSTED,
    /** One of an authority that nobody knows. */
    UNTRUSTED,
    /** One of the sandbox's authority that has expired. */
    EXPIRED,
    /** One of the sandbox's authority for another host. */
    OTHER_HOST
}
