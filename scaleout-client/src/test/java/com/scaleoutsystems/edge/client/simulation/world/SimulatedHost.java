package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.internal.state.RecentModels;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The program that embeds the client: keeps it running, logs, and has callbacks that take their time. */
final class SimulatedHost {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimulatedDay day;
    private final SplittableRandom random;
    private final LoggingContext context = LoggingContext.of("model-0", "1", "session");
    private TaskSettings tasks =
            TaskSettings.defaults().withPollInterval(MINUTE).withActivePollInterval(Duration.ofSeconds(20));
    private ReportingSettings reporting = ReportingSettings.defaults()
            .withHeartbeatInterval(MINUTE)
            .withNodeTelemetry(false)
            .withMaxQueuedRecords(SimulatedDay.MOST_RECORDS);
    private @Nullable SimulatedProcess process;
    private @Nullable ClientRuntime runtime;

    /** The receipts of the process whose outcomes are not known, by id, with the time when they came. */
    private final Map<String, Long> receipts = new LinkedHashMap<>();

    private final Map<String, Long> outcomes = new LinkedHashMap<>();
    private ClientState state = ClientState.NEW;
    private int processes;
    private int trained;
    private int logged;
    private boolean closing;
    private boolean hesitates;

    SimulatedHost(SimulatedDay day, SplittableRandom random) {
        this.day = day;
        this.random = random;
        this.tasks = tasks.withRunsAgainAfterRestart(day.runsAgain());
    }

    private ClientSettings settings() {
        return new ClientSettings(
                Optional.of(URI.create("http://api.example")),
                Credential.token(day.api().credential()),
                "client-1",
                "simulated",
                Optional.empty(),
                "1.1.0",
                Generation.AUTO,
                RetryPolicy.defaults(),
                new JoinSettings(
                        Optional.empty(),
                        Duration.ZERO,
                        Duration.ZERO,
                        JoinSettings.REASSIGN_AFTER,
                        TokenSettings.inMemory(),
                        Optional.empty(),
                        Optional.of(rejection -> another())),
                NetworkProfile.defaults(),
                tasks,
                reporting,
                TransferSettings.defaults(),
                ModelStoreSettings.defaults(),
                TrustPolicy.defaults(),
                id -> Optional.empty(),
                List.of(new Listener()));
    }

    /** Whether the host has no other credential when it is asked the next time. */
    void hesitate(boolean now) {
        hesitates = now;
    }

    private Optional<Credential> another() {
        boolean none = hesitates;
        hesitates = false;
        day.note("host", () -> none ? "has no other credential" : "gives another credential");
        return none ? Optional.empty() : Optional.of(Credential.token(day.api().credential()));
    }

    /** The day begins. */
    void begin() {
        startProcess(1, Duration.ZERO);
        everyMinute();
    }

    /** The day begins for a host that logs nothing. */
    void beginIdle() {
        tasks = TaskSettings.defaults();
        reporting = ReportingSettings.defaults().withNodeTelemetry(false);
        startProcess(1, Duration.ZERO);
    }

    int processNumber() {
        return processes;
    }

    boolean isClosing() {
        return closing;
    }

    ClientState state() {
        return state;
    }

    /** The client of the moment, unless its process has ended. */
    Optional<ClientRuntime> runtime() {
        return Optional.ofNullable(runtime);
    }

    private void everyMinute() {
        day.time().after(MINUTE, this::everyMinute);
        ClientRuntime client = runtime;
        if (client != null && state != ClientState.CLOSED) {
            logged++;
            watch(client.log().logTelemetry("battery", Map.of("volts", logged)));
            if (logged % 3 == 0) {
                watch(client.log()
                        .logMetric(Map.of("load", logged), LogOptions.defaults().withContext(context)));
            }
            if (logged % 17 == 0) {
                // Its receipt is for all of its records and has an id of its own.
                client.log().logAttributes(Map.of("site", "s" + logged));
            }
        }
    }

    private void watch(Delivery receipt) {
        String id = receipt.id();
        int mine = processes;
        receipts.put(id, day.time().now());
        var stored = receipt.stored().thenAccept(how -> {
            if (how == Delivery.Stored.DURABLE) {
                day.checks().durable(id);
            }
        });
        var settled = receipt.outcome().thenAccept(outcome -> {
            if (mine == processes) {
                receipts.remove(id);
            }
            day.checks().settled(id, outcome);
        });
    }

    /** Begins a process of the client. */
    private void startProcess(int starts, Duration between) {
        SimulatedProcess begun = new SimulatedProcess(day, ++processes, this::pace);
        process = begun;
        state = ClientState.NEW;
        closing = false;
        day.note("host", () -> "begins process " + processes);
        ClientRuntime client = new ClientRuntime(
                settings(),
                callbacks(),
                new Adapters(
                        begun,
                        day.disk().store(begun),
                        day.disk().blobs(begun),
                        new RecentModels(ModelSettings.defaults()),
                        Optional.empty(),
                        (url, strand, retry) -> day.api().forProcess(begun),
                        (options, identity, bearer) -> new WorldTransport(day, begun, options.address(), bearer)));
        runtime = client;
        for (int i = 0; i < starts; i++) {
            begun.later(between.toNanos() * (i / 2), () -> start(client, random.nextBoolean()));
        }
    }

    private void start(ClientRuntime client, boolean background) {
        SimulatedProcess mine = process;
        CompletionStage<@Nullable Void> started = background ? client.startInBackground() : client.start();
        var unused = started.whenComplete((ok, error) -> {
            if (error != null) {
                day.note("host", () -> "could not start the client: " + error.getMessage());
                if (background && !closing && error instanceof EdgeException known && known.retryable()) {
                    day.checks().violated("a start in the background waits", error.getMessage());
                }
                if (mine != null && !closing) {
                    mine.later(Duration.ofMinutes(2).toNanos(), () -> {
                        if (!closing && runtime == client) {
                            start(client, random.nextBoolean());
                        }
                    });
                }
            }
        });
    }

    /** The process ends now, and another one begins later. */
    void crash(boolean power, Duration pause, int starts, Duration between) {
        SimulatedProcess dead = process;
        if (dead == null) {
            return;
        }
        day.note("host", () -> "process " + processes + " is gone");
        end(dead, power);
        day.time().after(pause, () -> {
            if (process == null) {
                startProcess(starts, between);
            }
        });
    }

    private void end(SimulatedProcess dead, boolean power) {
        dead.kill();
        process = null;
        runtime = null;
        receipts.clear();
        outcomes.clear();
        day.checks().processEnded(day.disk().processEnded(power));
        day.network().processEnded();
    }

    /** Closes the client, and makes another one a minute later. */
    void close(Duration budget) {
        ClientRuntime client = runtime;
        SimulatedProcess mine = process;
        if (client == null || mine == null || closing) {
            return;
        }
        closing = true;
        day.note("host", () -> "closes the client within " + budget);
        long began = day.time().now();
        long most = budget.plusSeconds(2).toNanos();
        var unused = client.close(budget).whenComplete((ok, error) -> {
            if (day.time().now() - began > most) {
                day.checks()
                        .violated(
                                "closing keeps its time",
                                Duration.ofNanos(day.time().now() - began).toString());
            }
        });
        // It may close in the background for some time after that: the disk may be slow.
        var closed = client.closed()
                .thenRun(() -> mine.later(Duration.ofSeconds(20).toNanos(), () -> {
                    if (day.network().openTransports() > 0) {
                        day.checks()
                                .violated("closing lets go", day.network().openTransports() + " transports are open");
                    }
                    if (!receipts.isEmpty() && !day.hasHappened(Fault.Kind.DISK_SLOW)) {
                        day.checks()
                                .violated(
                                        "each receipt has its outcome", receipts.size() + " have none after the close");
                    }
                    end(mine, false);
                    day.time().after(MINUTE, () -> {
                        if (process == null) {
                            startProcess(1, Duration.ZERO);
                        }
                    });
                }));
        mine.later(
                Duration.ofMinutes(5).toNanos(),
                () -> day.checks().violated("closing ends", "the client is not closed after five minutes"));
    }

    private SimulatedProcess.Pace pace(String thread) {
        day.checks().begins(thread.substring(thread.indexOf("client-1-") + 9), processes);
        day.note("host", () -> "callback " + thread);
        return day.strikes(Fault.Kind.CALLBACKS_HANG)
                ? new SimulatedProcess.Pace(Duration.ofMinutes(2 + random.nextInt(40)), true)
                : new SimulatedProcess.Pace(Duration.ofSeconds(2 + random.nextInt(150)), random.nextInt(10) == 0);
    }

    private Callbacks callbacks() {
        Callbacks callbacks = new Callbacks();
        callbacks.train(this::train);
        callbacks.validate((model, task) -> {
            behave(task);
            return Map.of("accuracy", random.nextInt(100) / 100.0);
        });
        return callbacks;
    }

    private TrainResult train(ScaleoutModel model, TaskContext task) {
        behave(task);
        watch(task.logMetric(Map.of("loss", 1.0 / ++trained)));
        String id = "update-" + trained;
        day.checks().modelOf(task.request().correlationId(), id);
        return TrainResult.of(WorldServer.model(id, trained), 10);
    }

    private void behave(TaskContext task) {
        if (day.strikes(Fault.Kind.CALLBACKS_FAIL)) {
            throw new IllegalStateException("the host's code fails");
        }
        task.checkAbort();
    }

    /** At the end of a stretch: nothing runs, and everything is told. */
    void quiet() {
        long old = day.time().now() - Duration.ofMinutes(20).toNanos();
        receipts.forEach((id, at) -> {
            if (at < old) {
                day.checks().violated("each receipt has its outcome", "record " + id);
            }
        });
        if (day.network().openTransports() > 1) {
            day.checks().violated("bounds are kept", day.network().openTransports() + " transports are open");
        }
        ClientRuntime client = runtime;
        if (client == null || process == null) {
            throw day.checks().violated("the client runs when the world is well", "there is no process");
        }
        var unused = client.health().thenAccept(this::healthy);
    }

    private void healthy(Health health) {
        if (!health.stuckTasks().isEmpty() || !health.troubles().isEmpty() || !health.storing()) {
            day.checks().violated("nothing is wrong when the world is well", health.toString());
        }
        if (day.server().openTasks().isEmpty() && !health.runningTasks().isEmpty()) {
            day.checks().violated("places come back", "running: " + health.runningTasks());
        }
        long dropped =
                health.dropped().values().stream().mapToLong(Long::longValue).sum();
        long told = outcomes.getOrDefault("Dropped", 0L);
        if (dropped != told) {
            day.checks().violated("what is dropped is counted", dropped + " in health, " + told + " told");
        }
    }

    private final class Listener implements EdgeClientListener {

        @Override
        public void stateChanged(ClientState from, ClientState to, String reason) {
            ClientState known = state;
            state = to;
            day.note("client", () -> from + " → " + to + " (" + reason + ")");
            day.checks().state(from, to, known);
        }

        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            outcomes.merge(outcome.getClass().getSimpleName(), 1L, Long::sum);
            if (!outcome.isDelivered()) {
                day.note("client", () -> record.kind() + " " + record.id() + ": " + outcome);
            }
            day.checks().settled(record.id(), outcome);
        }
    }
}
