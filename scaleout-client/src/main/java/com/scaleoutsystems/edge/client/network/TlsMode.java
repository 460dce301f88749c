package com.scaleoutsystems.edge.client.network;

/** What is known of a combiner: whether it wants encrypted connections. {@link CombinerTls} decides what the client makes of it. */
public enum TlsMode {
    /** Encrypted connections. */
    TLS,
    /** Connections without encryption. */
    PLAINTEXT,
    /** Neither the assignment nor the program says it. */
    UNSPECIFIED
}
