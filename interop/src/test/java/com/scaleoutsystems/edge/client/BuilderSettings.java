package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.client.internal.join.ClientSettings;

/** Opens what a builder was told, which no client shows of itself. */
public final class BuilderSettings {
    private BuilderSettings() {}

    public static ClientSettings of(EdgeClientBuilder builder) {
        return builder.settings("made-id");
    }
}
