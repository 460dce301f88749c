package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sandbox with a heap of 256 MiB serves ten clients, 200 telemetry records a second and quick rounds, and its memory stays flat. An hour
 * long, or {@code -Dlife.minutes=N}; the first four minutes, in which what the sandbox keeps reaches its limits, do not count.
 */
@Tag("nightly")
class SandboxLifeTest {

    private static final int CLIENTS = 10;
    private static final int RECORDS_A_SECOND = 200;
    private static final int WARM_UP_MINUTES = 4;
    private static final int MINUTES = Integer.getInteger("life.minutes", 60);
    private static final int SAMPLES_A_MINUTE = 6;
    private static final double MIB = 1024;

    /** What the last quarter may have more than the first one, for what the JVM itself goes on to load and compile. */
    private static final double HEAP_MARGIN_MIB = 6;

    private static final double PROCESS_MARGIN_MIB = 40;

    /** A collection of the whole heap moves what lives here; the young generation holds what came since. */
    private static final Pattern USED = Pattern.compile("tenured generation +total \\d+K, used (\\d+)K");

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    @TempDir
    Path folder;

    /** Both in KiB. */
    private record Sample(double heap, double process) {}

    /** Held, so that it keeps its level: the clients log more than a thousand lines a minute. */
    private static final Logger CLIENTS_LOG = Logger.getLogger("scaleout");

    @Test
    void memoryStaysFlat() throws Exception {
        CLIENTS_LOG.setLevel(Level.WARNING);
        List<EdgeClient> clients = new ArrayList<>();
        ScheduledExecutorService records = Executors.newSingleThreadScheduledExecutor();
        AtomicLong logged = new AtomicLong();
        String[] session = {"--clients", "" + CLIENTS, "--rounds", "" + Integer.MAX_VALUE};
        try (SandboxProcess sandbox = new SandboxProcess(folder, "256m", session)) {
            URI api = sandbox.api();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(api, "c-" + i));
            }
            var unused = records.scheduleAtFixedRate(
                    () -> {
                        long number = logged.getAndIncrement();
                        clients.get((int) (number % CLIENTS)).logTelemetry("number", Map.of("number", number));
                    },
                    0,
                    TimeUnit.SECONDS.toNanos(1) / RECORDS_A_SECOND,
                    TimeUnit.NANOSECONDS);
            await().atMost(Duration.ofMinutes(2)).until(() -> sandbox.rounds() > 0);

            List<Sample> samples = samples(sandbox, logged);

            int quarter = samples.size() / 4;
            List<Sample> first = samples.subList(0, quarter);
            List<Sample> last = samples.subList(samples.size() - quarter, samples.size());
            System.out.printf(
                    "heap after GC: first quarter %.1f MiB, last %.1f MiB; process: first %.1f MiB, last %.1f MiB; %d rounds%n",
                    heap(first), heap(last), process(first), process(last), sandbox.rounds());
            assertThat(heap(last)).as("heap in MiB").isLessThan(heap(first) + HEAP_MARGIN_MIB);
            assertThat(process(last)).as("resident memory in MiB").isLessThan(process(first) + PROCESS_MARGIN_MIB);
            assertThat(sandbox.err()).isEmpty();
        } finally {
            records.shutdownNow();
            clients.forEach(client -> client.close(Duration.ofSeconds(1)));
        }
    }

    private static EdgeClient client(URI api, String id) {
        EdgeClient client = EdgeClient.builder()
                .api(api)
                .clientId(id)
                .stateless()
                .pollInterval(Duration.ofMillis(100))
                .onTrain((model, task) -> TrainResult.of(model.share(), 10))
                .onValidate((model, task) -> Map.of("loss", 0.5))
                .build();
        client.start();
        return client;
    }

    private static List<Sample> samples(SandboxProcess sandbox, AtomicLong logged) throws Exception {
        List<Sample> samples = new ArrayList<>();
        int all = (WARM_UP_MINUTES + MINUTES) * SAMPLES_A_MINUTE;
        long start = System.nanoTime();
        for (int i = 1; i <= all; i++) {
            long due = start + TimeUnit.MINUTES.toNanos(i) / SAMPLES_A_MINUTE;
            long rounds = sandbox.rounds();
            await().pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> System.nanoTime() - due >= 0 || !sandbox.isAlive());
            assertThat(sandbox.isAlive()).as(sandbox.err()).isTrue();
            Sample sample = sample(sandbox.pid());
            if (i > WARM_UP_MINUTES * SAMPLES_A_MINUTE) {
                samples.add(sample);
            }
            if (i % SAMPLES_A_MINUTE == 0) {
                assertThat(sandbox.rounds()).as("rounds").isGreaterThan(rounds);
                System.out.printf(
                        "minute %d: heap after GC %.1f MiB, process %.1f MiB, %d rounds, %d records%n",
                        i / SAMPLES_A_MINUTE, sample.heap / MIB, sample.process / MIB, sandbox.rounds(), logged.get());
            }
        }
        return samples;
    }

    private static Sample sample(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
        assertThat(used.find()).isTrue();
        double heap = Double.parseDouble(used.group(1));
        Path status = Path.of("/proc", Long.toString(pid), "status");
        Matcher resident = RESIDENT.matcher(Files.exists(status) ? Files.readString(status) : "");
        return new Sample(heap, resident.find() ? Double.parseDouble(resident.group(1)) : 0);
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return said;
    }

    private static double heap(List<Sample> samples) {
        return samples.stream().mapToDouble(Sample::heap).average().orElseThrow() / MIB;
    }

    private static double process(List<Sample> samples) {
        return samples.stream().mapToDouble(Sample::process).average().orElseThrow() / MIB;
    }
}
