package com.scaleoutsystems.edge.client.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real transfers at a limited rate. That the rate is reached, too, is asserted in virtual time. */
@Timeout(120)
class MeteredTransfersTest {

    private static final long MIB = 1 << 20;
    private static final int FLOATS = 400_000;

    private static ScaleoutModel model(int seed) {
        float[] values = new float[FLOATS];
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return SandboxClients.model(values);
    }

    private static EdgeClient limited(Sandbox sandbox, long bytesPerSecond) {
        EdgeClient client = SandboxClients.client(sandbox, "metered")
                .transfers(TransferSettings.defaults()
                        .withMaxBytesPerSecond(bytesPerSecond)
                        .withIdleTimeout(Duration.ofSeconds(10)))
                .build();
        client.start();
        return client;
    }

    @Test
    void uploadsAndDownloadsKeepTheLimitTogetherAndDelayNoPoll() throws Exception {
        try (Sandbox sandbox = Sandbox.builder().start();
                ScaleoutModel down = model(1);
                ScaleoutModel up = model(2);
                EdgeClient client = limited(sandbox, MIB)) {
            String id = sandbox.addModel(down);
            long polls = sandbox.recording().calls("PollAndReportAsync").size();
            long begin = System.nanoTime();
            CompletableFuture<Void> download = CompletableFuture.runAsync(
                    () -> client.getModelFromCombiner(id).close());
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> client.sendModelToCombiner(up));
            download.get(60, TimeUnit.SECONDS);
            upload.get(60, TimeUnit.SECONDS);
            double seconds = (System.nanoTime() - begin) / 1e9;

            double rate = (down.size() + up.size()) / seconds;
            System.out.printf(
                    "%.2f MiB both ways in %.2f s: %.3f MiB/s at a limit of 1 MiB/s%n",
                    (down.size() + up.size()) / (double) MIB, seconds, rate / MIB);
            assertThat(rate).isLessThanOrEqualTo(1.1 * MIB);
            assertThat(sandbox.recording().calls("PollAndReportAsync").size() - polls)
                    .isGreaterThan(5);
        }
    }
}
