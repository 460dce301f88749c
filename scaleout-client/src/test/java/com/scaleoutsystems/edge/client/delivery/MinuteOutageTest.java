package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server is gone for a minute of real time: for one client it refuses connections, for another one it is silent. */
@Tag("once")
@Timeout(300)
class MinuteOutageTest {

    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_RECORDS = Duration.ofMillis(100);

    @TempDir
    Path folder;

    private enum Kind {
        REFUSING,
        SILENT
    }

    private record Found(Kind kind, int logged, int came, int repeats, Duration first, Duration all) {}

    @Test
    void nothingIsLostAndSilenceMakesNoRepeats() {
        try (var threads = new Threads()) {
            List<CompletableFuture<Found>> runs = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                runs.add(CompletableFuture.supplyAsync(() -> outage(kind), threads.pool));
            }
            for (CompletableFuture<Found> run : runs) {
                Found found = run.join();
                System.out.println(found);
                assertThat(found.came() - found.repeats()).as("%s", found).isEqualTo(found.logged());
                if (found.kind() == Kind.SILENT) {
                    assertThat(found.repeats()).as("%s", found).isZero();
                }
            }
        }
    }

    private static final class Threads implements AutoCloseable {
        private final ExecutorService pool = Executors.newCachedThreadPool();

        @Override
        public void close() {
            pool.shutdownNow();
        }
    }

    private Found outage(Kind kind) {
        String id = "outage-" + kind;
        try (Sandbox sandbox = Sandbox.builder().start();
                Relay relay = Relay.to(sandbox.grpcPort());
                EdgeClient client = EdgeClient.builder()
                        .combiner(GrpcConnectionOptions.of("127.0.0.1", relay.port())
                                .withTls(TlsMode.PLAINTEXT))
                        .clientId(id)
                        .stateDirectory(folder.resolve(id))
                        .pollInterval(Duration.ofSeconds(1))
                        .reporting(ReportingSettings.defaults().withNodeTelemetry(false))
                        .build()) {
            client.start();
            List<Delivery> deliveries = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            log(client, Duration.ofSeconds(2), deliveries, lines);
            if (kind == Kind.REFUSING) {
                relay.cut();
            } else {
                relay.fallSilent();
            }
            log(client, OUTAGE, deliveries, lines);
            int before = telemetry(sandbox).size();
            long back = System.nanoTime();
            if (kind == Kind.REFUSING) {
                relay.mend();
            } else {
                relay.flow();
            }
            sandbox.recording().await(Recorded.Telemetry.class, before + 1, PATIENCE);
            Duration first = Duration.ofNanos(System.nanoTime() - back);
            log(client, Duration.ofSeconds(2), deliveries, lines);
            FlushResult flushed = client.flush(PATIENCE);
            Duration all = Duration.ofNanos(System.nanoTime() - back);
            assertThat(flushed.remaining()).isZero();
            assertThat(new ArrayList<>(new LinkedHashSet<>(sandbox.recording().statuses().stream()
                            .map(Recorded.Status::text)
                            .toList())))
                    .isEqualTo(lines);
            List<String> came = telemetry(sandbox);
            assertThat(came).containsAll(deliveries.stream().map(Delivery::id).toList());
            return new Found(
                    kind, deliveries.size(), came.size(), came.size() - new HashSet<>(came).size(), first, all);
        }
    }

    private static List<String> telemetry(Sandbox sandbox) {
        return sandbox.recording().telemetry().stream()
                .map(Recorded.Telemetry::recordId)
                .toList();
    }

    private static void log(EdgeClient client, Duration time, List<Delivery> deliveries, List<String> lines) {
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            deliveries.add(client.logTelemetry("t", Map.of("value", i)));
            if (i % 10 == 0) {
                String line = "line " + lines.size();
                lines.add(line);
                client.sendStatus(line);
            }
            try {
                Thread.sleep(BETWEEN_RECORDS.toMillis());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
