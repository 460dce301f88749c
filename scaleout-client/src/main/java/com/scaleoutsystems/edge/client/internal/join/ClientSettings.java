package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * All that a host has set except its callbacks, fixed when the client is built.
 *
 * @param api where to ask for an assignment, if set
 * @param credential what to show there
 * @param clientId the client's id; made if the host gave none
 * @param name the client's name
 * @param preferredCombiner the combiner it would like, if any
 * @param models how downloaded models are kept
 * @param trust what they must prove
 * @param signatures where their signatures are found
 * @param connect how often joining is tried
 * @param join the rest about joining
 * @param generation what the combiner speaks
 */
public record ClientSettings(
        Optional<URI> api,
        Credential credential,
        String clientId,
        String name,
        Optional<String> preferredCombiner,
        String clientVersion,
        Generation generation,
        RetryPolicy connect,
        JoinSettings join,
        NetworkProfile network,
        TaskSettings tasks,
        ReportingSettings reporting,
        TransferSettings transfers,
        ModelStoreSettings models,
        TrustPolicy trust,
        SignatureSource signatures,
        List<EdgeClientListener> listeners) {

    /** What the client says of itself, under the id that it has by now. */
    public ClientIdentity identity(String id) {
        return new ClientIdentity(id, name, clientVersion);
    }

    /** The dialect that the client speaks until the combiner's answers show another. */
    public Dialect dialect() {
        return Dialects.of(generation);
    }
}
