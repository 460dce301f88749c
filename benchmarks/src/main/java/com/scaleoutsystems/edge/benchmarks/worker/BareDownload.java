package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.Iterator;
import java.util.Map;

/** Takes the chunks of a model and does nothing with them. */
public final class BareDownload {
    private BareDownload() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        ManagedChannel connection = BareChannel.open(arguments);
        Channel channel = BareChannel.with(connection, Map.of());
        Measured.run(arguments, (input, watch, told) -> {
            long bytes = 0;
            watch.start();
            Iterator<FileChunk> chunks = ModelServiceGrpc.newBlockingStub(channel)
                    .download(ModelRequest.newBuilder().setModelId(input).build());
            while (chunks.hasNext()) {
                bytes += chunks.next().getData().size();
            }
            watch.stop();
            if (bytes < 1 << 20) {
                throw new IllegalStateException("Only " + bytes + " bytes came");
            }
        });
        System.exit(0);
    }
}
