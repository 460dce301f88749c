package com.scaleoutsystems.edge.client.internal.local;

import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of a client without a server: the defaults, with polls that cost nothing and nothing that beats by itself. */
final class LocalSettings {

    /** Nobody but the client's own process answers its polls. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    private LocalSettings() {}

    /** The settings of a client that serves its tasks so. */
    static ClientSettings of(String clientId, TaskSettings tasks) {
        return new ClientSettings(
                Optional.empty(),
                Credential.none(),
                clientId,
                clientId,
                Optional.empty(),
                Dialects.of(Generation.V1_1).release(),
                Generation.V1_1,
                RetryPolicy.defaults(),
                JoinSettings.defaults(),
                NetworkProfile.defaults(),
                tasks.withPollInterval(POLL_INTERVAL).withActivePollInterval(POLL_INTERVAL),
                ReportingSettings.defaults().withHeartbeats(false).withNodeTelemetry(false),
                TransferSettings.defaults(),
                ModelStoreSettings.defaults(),
                TrustPolicy.defaults(),
                id -> Optional.empty(),
                List.of());
    }
}
