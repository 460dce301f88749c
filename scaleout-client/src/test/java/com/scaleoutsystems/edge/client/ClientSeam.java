package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Builds real clients with some of their adapters exchanged. */
public final class ClientSeam {

    private ClientSeam() {}

    /** What the builder describes. */
    public static ClientSettings settings(EdgeClientBuilder builder) {
        return builder.settings("made-id");
    }

    /** The client that the builder describes, with the id and directory given here. */
    public static EdgeClient build(
            EdgeClientBuilder builder, String id, Path directory, UnaryOperator<Adapters> change) {
        Env env = new SystemEnv();
        StateDirectory state = StateDirectory.open(directory);
        ClientSettings settings = builder.settings(state.clientId(Optional.of(id), env::newId));
        Adapters adapters = change.apply(Adapters.real(settings, env, Optional.of(state)));
        return new EdgeClient(new ClientRuntime(settings, builder.callbacks(), adapters));
    }
}
