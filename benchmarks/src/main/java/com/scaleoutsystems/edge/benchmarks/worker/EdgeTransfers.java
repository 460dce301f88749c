package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.client.Generation;
import com.scaleoutsystems.edge.client.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.NetworkProfile;
import com.scaleoutsystems.edge.client.TransferSettings;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.GrpcTransport;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;

/**
 * The client's own transfers. They have no public door yet but tasks, which poll: this is the one place that reaches
 * inside.
 */
final class EdgeTransfers implements AutoCloseable {
    private final CombinerTransport transport;

    EdgeTransfers(String host, int port) {
        Env env = new SystemEnv();
        NetworkProfile network = NetworkProfile.defaults();
        this.transport = new GrpcTransport(
                new Connections(network, env).channel(GrpcConnectionOptions.of(host, port, false)),
                new ClientIdentity("benchmark-java", "benchmark-java", "1.1.0"),
                Bearer.none(),
                Generation.V1_1,
                network.callTimeout(),
                TransferSettings.defaults(),
                ModelSettings.defaults(),
                env);
    }

    ScaleoutModel download(String modelId) {
        return transport
                .download(modelId, bytes -> {})
                .result()
                .toCompletableFuture()
                .join()
                .model();
    }

    void upload(ScaleoutModel model) {
        transport.upload(model, bytes -> {}).toCompletableFuture().join();
    }

    @Override
    public void close() {
        transport.close();
    }
}
