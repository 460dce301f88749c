package com.scaleoutsystems.edge.sandbox;

/** What the endpoints and sessions of one sandbox share. */
record SandboxState(
        SandboxSettings settings,
        Changes changes,
        Recording recording,
        TokenIssuer tokens,
        ConnectedClients clients,
        TaskBoard tasks,
        ModelStore models,
        Ids sessionIds) {

    static SandboxState create(SandboxSettings settings) {
        Changes changes = new Changes();
        Ids ids = new Ids(settings.seed());
        return new SandboxState(
                settings,
                changes,
                new Recording(changes),
                new TokenIssuer(settings.clock(), settings.accessTokenLifetime()),
                new ConnectedClients(changes),
                new TaskBoard(changes, settings.clock(), ids.fork()),
                new ModelStore(),
                ids.fork());
    }
}
