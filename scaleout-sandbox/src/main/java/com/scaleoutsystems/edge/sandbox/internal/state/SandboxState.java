package com.scaleoutsystems.edge.sandbox.internal.state;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.internal.core.Ids;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.model.HeldModels;
import com.scaleoutsystems.edge.sandbox.internal.record.CallLog;
import com.scaleoutsystems.edge.sandbox.internal.task.ConnectedClients;
import com.scaleoutsystems.edge.sandbox.internal.task.TaskBoard;
import com.scaleoutsystems.edge.sandbox.internal.token.TokenIssuer;
import java.time.Duration;

/** What the endpoints and sessions of one sandbox share. */
public record SandboxState(
        SandboxSettings settings,
        Changes changes,
        CallLog recording,
        TokenIssuer tokens,
        ConnectedClients clients,
        TaskBoard tasks,
        HeldModels models,
        Ids sessionIds,
        Faults faults) {

    /** Long for a client that polls, which reports what it has with each poll. */
    private static final Duration UNHEARD_AFTER = Duration.ofSeconds(5);

    public static SandboxState create(SandboxSettings settings) {
        Changes changes = new Changes();
        Ids ids = new Ids(settings.seed());
        return new SandboxState(
                settings,
                changes,
                new CallLog(changes, settings.recordedCalls(), settings.recordedBytes()),
                new TokenIssuer(settings.clock(), settings.accessTokenLifetime()),
                new ConnectedClients(changes),
                new TaskBoard(
                        changes, settings.clock(), ids.fork(), settings.relays() ? UNHEARD_AFTER : TaskBoard.NEVER),
                new HeldModels(settings.roundsWithModels()),
                ids.fork(),
                new Faults(
                        settings.faults().orElse(FaultPlan.none()),
                        settings.clock(),
                        settings.faultListener(),
                        settings.abilities()));
    }

    /** Copies a model in under its id, in the form of this generation, and gives the id. */
    public String add(ScaleoutModel model) {
        if (settings.dialect().bareModels() && !model.isRaw()) {
            models.addRaw(model.modelId(), model.modelParameters());
            return model.modelId();
        }
        return models.add(model);
    }
}
