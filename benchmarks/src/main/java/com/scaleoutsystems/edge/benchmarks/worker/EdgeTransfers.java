package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.model.ModelStoreSettings;

/** A client that moves models and takes no tasks. */
final class EdgeTransfers {
    private EdgeTransfers() {}

    /** A client of the combiner that the arguments name. It keeps no models, or the second download would be none. */
    static EdgeClient open(Arguments arguments) {
        EdgeClient client = EdgeClient.builder()
                .clientId("benchmark-java")
                // Not every server here answers polls, by which it would be found out.
                .generation(Generation.V1_1)
                .models(ModelStoreSettings.defaults().withMaxBytes(0))
                .build();
        client.initGrpcHandler(GrpcConnectionOptions.of(arguments.text("host"), arguments.number("port"))
                .withTls(TlsMode.PLAINTEXT));
        return client;
    }
}
