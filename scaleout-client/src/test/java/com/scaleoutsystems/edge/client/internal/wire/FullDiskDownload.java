package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import java.nio.file.Path;

/** A program that fetches a model, for a process that may write no file of its size. */
final class FullDiskDownload {

    private FullDiskDownload() {}

    /** Takes the combiner's port and a folder for the model, and prints the code of the failure. */
    public static void main(String[] arguments) {
        try (EdgeClient client = EdgeClient.builder()
                .clientId("client")
                .stateless()
                .generation(Generation.V1_1)
                .models(ModelStoreSettings.defaults()
                        .withModels(ModelSettings.defaults()
                                .withTemporaryDirectory(Path.of(arguments[1]))
                                .withHeapThreshold(1_000)))
                .build()) {
            client.initGrpcHandler(GrpcConnectionOptions.of("127.0.0.1", Integer.parseInt(arguments[0]))
                    .withTls(TlsMode.PLAINTEXT));
            client.getModelFromCombiner("m").close();
            System.out.println("came");
        } catch (EdgeException failure) {
            System.out.println("failed: " + failure.code() + " " + failure.attempts() + " " + failure.getMessage());
        }
    }
}
