package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** A sandbox that holds models to be fetched, and a bare server that takes those that are sent, in the process of the benchmarks. */
public final class TransferServer implements AutoCloseable {
    private final Bench bench;
    private final Sandbox sandbox = Sandbox.builder().start();
    private final BareServer bare;
    private final Map<Integer, String> models = new HashMap<>();

    TransferServer(Bench bench) throws IOException {
        this.bench = bench;
        this.bare = new BareServer();
    }

    /** The id of a model of the given size, which is made if need be. */
    public String model(int mebibytes) throws IOException {
        String present = models.get(mebibytes);
        if (present == null) {
            try (ScaleoutModel model = ScaleoutModel.fromFile(bench.models().javaContainer(mebibytes))) {
                present = sandbox.addModel(model);
            }
            models.put(mebibytes, present);
        }
        return present;
    }

    /** How often models of about a size were fetched or sent, whole. */
    public long transferred(int mebibytes) {
        return LongStream.concat(
                        sandbox.recording().downloads().stream().mapToLong(Recorded.Download::bytes),
                        bare.uploads().mapToLong(Long::longValue))
                .filter(bytes -> bytes >> 20 == mebibytes)
                .count();
    }

    /** Where processes find the sandbox. */
    public Map<String, Object> address() {
        return Map.of(
                "host", sandbox.grpcHost(),
                "port", sandbox.grpcPort(),
                "server", ProcessHandle.current().pid());
    }

    /** Where processes find a server that sends chunks from memory, its models being sizes in MiB, and drops those that come. */
    public Map<String, Object> bareAddress() {
        return Map.of(
                "host",
                sandbox.grpcHost(),
                "port",
                bare.port(),
                "server",
                ProcessHandle.current().pid());
    }

    @Override
    public void close() {
        sandbox.close();
        bare.close();
    }
}
