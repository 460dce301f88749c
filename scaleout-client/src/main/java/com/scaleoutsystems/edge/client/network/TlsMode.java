package com.scaleoutsystems.edge.client.network;

/**
 * Whether a combiner uses TLS, as far as the client knows. {@link CombinerTls} decides whether the client follows it.
 *
 * @since 0.1.0
 */
public enum TlsMode {
    /** Connections with TLS. */
    TLS,
    /** Connections without TLS. */
    PLAINTEXT,
    /** Neither the assignment nor the program says it. */
    UNSPECIFIED
}
