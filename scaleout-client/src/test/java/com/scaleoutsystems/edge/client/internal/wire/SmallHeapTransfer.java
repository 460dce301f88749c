package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;

/** A program that fetches a model and sends it back, for a virtual machine whose heap is much smaller than the model. */
final class SmallHeapTransfer {

    private SmallHeapTransfer() {}

    /** Takes the combiner's port and a folder for the model. */
    public static void main(String[] arguments) {
        SystemEnv env = new SystemEnv();
        CombinerTransport transport = new Transports(
                        new Connections(NetworkProfile.defaults(), env),
                        Generation.V1_1,
                        TransferSettings.defaults(),
                        ModelSettings.defaults().withTemporaryDirectory(Path.of(arguments[1])),
                        env)
                .open(
                        GrpcConnectionOptions.of("127.0.0.1", Integer.parseInt(arguments[0]))
                                .withTls(TlsMode.PLAINTEXT),
                        new ClientIdentity("client", "name", "1.1.0"),
                        Bearer.none());
        try (ScaleoutModel model = transport
                .download("m", bytes -> {})
                .result()
                .toCompletableFuture()
                .join()
                .model()) {
            transport.upload(model, bytes -> {}).result().toCompletableFuture().join();
        }
        transport.close();
    }
}
