package com.scaleoutsystems.edge.interop;

/** A way to take part. */
enum WireMode {
    /** Tasks are polled for and records go as they do by default. */
    POLLED(""),
    /** Tasks are pushed: {@code run(with_polling=False)}. */
    PUSHED(" pushed"),
    /** Telemetry goes by calls that hold numbers only. */
    LEGACY_TELEMETRY(" legacy telemetry");

    private final String suffix;

    WireMode(String suffix) {
        this.suffix = suffix;
    }

    /** What docs/servers.md calls a run in this mode. */
    String runName(String generation) {
        return generation + suffix;
    }
}
