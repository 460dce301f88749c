package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A plain program with two clients that close when the JVM shuts down. */
final class StoppedClient {

    static final List<String> IDS = List.of("first", "second");

    private static final CountDownLatch ABORTED = new CountDownLatch(IDS.size());

    private StoppedClient() {}

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static Object waits(TaskContext task) throws InterruptedException {
        CountDownLatch aborted = new CountDownLatch(1);
        task.onAbort(aborted::countDown);
        say("running " + task.request().correlationId());
        aborted.await();
        task.logTelemetry("late", Map.of("value", 1), LogOptions.defaults().withCheckTaskAbort(false));
        ABORTED.countDown();
        // Comes to an end before the grace is over only if both clients close at the same time.
        ABORTED.await();
        say("both");
        return Map.of();
    }

    private static Object exits() {
        say("exiting");
        System.exit(7);
        return Map.of();
    }

    /** A parent that was killed itself cannot end its child, but the child's input ends with it. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException gone) {
                        // The same.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "end with parent");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * The program.
     *
     * @param arguments the URL of the API, and seconds for closing
     */
    public static void main(String[] arguments) {
        endWithParent();
        new SystemEnv()
                .onShutdown("forgotten", () -> {
                    say("forgotten");
                    return CompletableFuture.completedFuture(null);
                })
                .cancel();
        List<EdgeClient> clients = new ArrayList<>();
        for (String id : IDS) {
            clients.add(EdgeClient.builder()
                    .api(URI.create(arguments[0]))
                    .clientId(id)
                    .stateless()
                    .tasks(TaskSettings.defaults().withPollInterval(Duration.ofMillis(50)))
                    .onCustom("wait", (parameters, task) -> waits(task))
                    .onCustom("exit", (parameters, task) -> exits())
                    .closeOnShutdown(Duration.ofSeconds(Long.parseLong(arguments[1])))
                    .build());
        }
        clients.forEach(EdgeClient::start);
        clients.get(0).run();
        say("run returned");
    }
}
