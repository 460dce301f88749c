package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientGroup;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Joins a network with built-in callbacks, as one client or as many. */
@Command(
        name = "client",
        description = {
            "Joins a network, takes tasks and answers them with a built-in callback.",
            "Prints what happens, one line for each event, until it is stopped (Ctrl-C, SIGTERM). Then it ends its tasks,"
                    + " sends waiting records and says goodbye. A second signal ends it at once."
        })
final class ClientCommand extends BaseCommand {

    private static final Duration LAST_EVENTS = Duration.ofSeconds(2);

    private static final int MOST_RECORDS = 100_000;

    private static final int MOST_CLIENTS = 100_000;

    private static final Map<String, String> NO_TELEMETRY = Map.of("SCALEOUT_CLIENT_SEND_TELEMETRY", "false");

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Option(
            names = "--builtin",
            paramLabel = "NAME",
            defaultValue = "add-one",
            description = {
                "The built-in callback (default ${DEFAULT-VALUE}):",
                "add-one adds 1 to every floating-point parameter; validations, predictions and inferences return the mean of"
                        + " all parameters; custom tasks return their parameters;",
                "noop returns models unchanged; sleep=MS does so after this time, unless the task is aborted; stubborn=MS"
                        + " ignores the abort;",
                "fail throws an exception, fail-error an Error, null returns nothing."
            })
    private String builtIn = "";

    @Option(
            names = "--exit-after-tasks",
            paramLabel = "N",
            description = "Ends after this number of tasks, of all clients together, however they ended.")
    private @Nullable Integer exitAfterTasks;

    @Option(
            names = "--exit-after",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description = "Ends after this time.")
    private @Nullable Duration exitAfter;

    @Option(
            names = "--wait-for-network",
            paramLabel = "SECONDS",
            converter = Patience.class,
            description =
                    "How long to try again while the network is away, or 'forever'. By default the command fails after five"
                            + " attempts.")
    private @Nullable Duration networkWait;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "10",
            converter = Seconds.class,
            description = "The longest time for closing cleanly (default ${DEFAULT-VALUE}).")
    private Duration drain = Duration.ZERO;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description =
                    "Runs this number of clients in one process. They share their connections and the state directory; their"
                            + " names, and ids if --client-id is set, end with -1 to -N.")
    private @Nullable Integer clients;

    @Option(names = "--no-telemetry", description = "Sends no telemetry of memory and CPU use.")
    private boolean noTelemetry;

    @Option(
            names = "--log-rate",
            paramLabel = "N",
            description =
                    "While a train task runs, logs N telemetry records a second, counted through all runs on the same"
                            + " state directory, and a metric 'loss' ten times a second.")
    private @Nullable Integer logRate;

    @Option(
            names = "--events",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "The format of events: text for people (the default), or json for programs, one object a line.")
    private EventFormat events = EventFormat.TEXT;

    ClientCommand(Console console) {
        super(console);
    }

    @Override
    @SuppressWarnings("try") // Signals are heard as long as the block runs.
    void run() {
        checkOptions();
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        EdgeClientBuilder builder =
                rightUsage(() -> connection.builder(console, noTelemetry ? NO_TELEMETRY : Map.of()));
        if (networkWait != null) {
            builder.waitForNetwork(networkWait);
        }
        if (exitAfterTasks != null) {
            builder.listener(new TaskCount(exitAfterTasks, () -> end.complete(null)));
        }
        BuiltIn answers = rightUsage(() -> BuiltIn.of(builtIn));
        answers.serve(builder);
        List<EventWriter> writers = Stream.generate(() -> new EventWriter(console, events))
                .limit(clients == null ? 1 : clients)
                .toList();
        try (StopSignals signals = new StopSignals(console, () -> end.complete(null))) {
            Serving serving = clients == null ? one(builder, writers.get(0)) : many(builder, writers, clients);
            List<RateLog> rateLogs = new ArrayList<>();
            try {
                for (int i = 0; i < writers.size(); i++) {
                    EdgeClient client = serving.clients().get(i);
                    writers.get(i).clientId(client::clientId);
                    if (logRate != null) {
                        RateLog log = new RateLog(logRate, client.stateDirectory(), writers.get(i));
                        client.setTrainCallback((model, task) -> log.during(task, () -> answers.train(model, task)));
                        rateLogs.add(log);
                    }
                }
                joinAside(() -> serving.start().accept(end), end);
                await(end);
            } finally {
                serving.close().accept(drain);
                rateLogs.forEach(RateLog::close);
                writers.forEach(writer -> writer.awaitClosed(LAST_EVENTS));
                nameThreads();
            }
        }
    }

    /**
     * The clients that run.
     *
     * @param start joins, and tells of what fails unless the end has come
     * @param close closes them within the given time
     */
    private record Serving(
            List<EdgeClient> clients, Consumer<CompletableFuture<@Nullable Void>> start, Consumer<Duration> close) {}

    private static Serving one(EdgeClientBuilder builder, EventWriter writer) {
        EdgeClient client = builder.listener(writer).build();
        return new Serving(
                List.of(client),
                end -> {
                    try {
                        client.start();
                    } catch (EdgeException failure) {
                        if (end.completeExceptionally(failure)) {
                            writer.error(failure);
                        }
                    }
                },
                client::close);
    }

    /** Those that cannot join leave the work to the others; the command fails if none can. */
    private Serving many(EdgeClientBuilder builder, List<EventWriter> writers, int count) {
        EdgeClientGroup group =
                EdgeClientGroup.of(builder, count, (client, number) -> client.listener(writers.get(number - 1)));
        List<EdgeClient> all = group.clients();
        return new Serving(
                all,
                end -> {
                    Map<EdgeClient, EdgeException> failures = group.start();
                    if (failures.isEmpty() || end.isDone()) {
                        return;
                    }
                    failures.forEach((client, failure) ->
                            writers.get(all.indexOf(client)).error(failure));
                    console.note(failures.size() + " of " + count + " clients could not join");
                    if (failures.size() == count) {
                        end.completeExceptionally(failures.values().iterator().next());
                    }
                },
                group::close);
    }

    private void checkOptions() {
        if (exitAfterTasks != null && exitAfterTasks < 1) {
            throw wrongUsage("--exit-after-tasks is " + exitAfterTasks + "; expected 1 or more");
        }
        if (clients != null && (clients < 1 || clients > MOST_CLIENTS)) {
            throw wrongUsage("--clients is " + clients + "; expected 1 to " + MOST_CLIENTS);
        }
        if (logRate != null && (logRate < 1 || logRate > MOST_RECORDS)) {
            throw wrongUsage("--log-rate is " + logRate + "; expected 1 to " + MOST_RECORDS);
        }
    }

    /** Joins on a thread of its own, so that a signal ends this too. */
    private void joinAside(Runnable join, CompletableFuture<@Nullable Void> end) {
        Thread joining = new Thread(
                () -> {
                    try {
                        join.run();
                    } catch (RuntimeException | Error failure) {
                        end.completeExceptionally(failure);
                    }
                },
                "joining");
        joining.setDaemon(true);
        joining.start();
    }

    private void await(CompletableFuture<@Nullable Void> end) {
        try {
            if (exitAfter == null) {
                end.get();
            } else {
                end.get(exitAfter.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException timeIsOver) {
            // As asked for. That joining is broken off by it is no failure.
            end.complete(null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new EdgeException(
                    ErrorCode.INTERNAL,
                    "the client failed: " + Failures.oneLine(Objects.requireNonNullElse(e.getCause(), e)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EdgeException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }

    /** Names the threads that would keep a JVM alive; this one ends anyway. */
    private void nameThreads() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.isDaemon() && thread.getName().startsWith("scaleout-")) {
                console.note("the thread '" + thread.getName() + "' still runs; the process ends anyway");
            }
        }
    }

    /** Completes when the wanted number of tasks is done. */
    private static final class TaskCount implements EdgeClientListener {

        private final Runnable done;
        private final AtomicInteger left;

        TaskCount(int tasks, Runnable done) {
            this.left = new AtomicInteger(tasks);
            this.done = done;
        }

        @Override
        public void taskFinished(TaskRequest task, TaskSummary summary) {
            if (left.decrementAndGet() == 0) {
                done.run();
            }
        }
    }
}
