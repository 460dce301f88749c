package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The host's code may throw what cannot even be printed. Whatever it breaks by that is its own affair: the client goes on. */
class UnreadableFailuresTest {

    /** Throws wherever somebody asks what it says. */
    private static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("this exception has no message");
        }
    }

    private static final class UnreadableError extends Error {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("this error has no message");
        }
    }

    /** What was asked of an exception of the host's on the client's strand, and by whom. */
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();

    /** What it says is the host's code, and might wait for the client. */
    private static class Asking extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private static void asked() {
            StackTraceElement[] calls = new Throwable().getStackTrace();
            if (Stream.of(calls).anyMatch(call -> call.getMethodName().equals("measured"))) {
                ASKED.add(calls[1] + " from " + calls[2]);
            }
        }

        @Override
        public String getMessage() {
            asked();
            return "said by the host";
        }

        @Override
        public synchronized Throwable getCause() {
            asked();
            return null;
        }

        @Override
        public String toString() {
            asked();
            return "printed by the host";
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            asked();
            return super.getStackTrace();
        }
    }

    private final Callbacks callbacks = new Callbacks();

    private SimulatedClient started() {
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private static String response(SimulatedClient client, TaskRequest task) {
        client.combiner.deliver(task);
        client.runUntilDone(task.correlationId());
        return client.combiner.doneReports().get(task.correlationId()).get(0).response();
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The client still does its work. */
    private static void goesOn(SimulatedClient client) {
        client.combiner.deliver(task("after", "Scaleout_Nonsense", ""));
        client.runUntilDone("after");
    }

    @Test
    void aCallbackIsToldFailedWithTheClassOfItsException() {
        callbacks.train((model, task) -> {
            throw new Unreadable();
        });
        callbacks.validate((model, task) -> {
            throw new UnreadableError();
        });
        callbacks.custom("c", (parameters, task) -> {
            throw new EdgeException(ErrorCode.IO, "disk full", new Unreadable());
        });
        SimulatedClient client = started();

        assertThat(response(client, train("t", "m"))).isEqualTo("{\"error\": \"Unreadable\"}");
        assertThat(response(client, SimulatedCombiner.validate("v", "m")))
                .isEqualTo("{\"error\": \"UnreadableError\"}");
        assertThat(response(client, TaskRequest.of("c", "Custom_c").withData("{}")))
                .isEqualTo("{\"error\": \"disk full\"}");
        goesOn(client);
    }

    @Test
    void whoeverWaitsForAnAutonomousTaskHearsOfItsFailure() {
        SimulatedClient client = started();
        var calls = client.runtime.connectedCalls().calls().toCompletableFuture();
        client.runUntil(calls::isDone);
        CompletableFuture<AutonomousTask> started = calls.join()
                .tasks()
                .start("job", Map.of(), (parameters, task) -> {
                    throw new Unreadable();
                })
                .toCompletableFuture();
        client.runUntil(started::isDone);

        CompletableFuture<String> heard = started.join()
                .result()
                .thenApply(value -> "no failure")
                .exceptionally(failure -> failure.getCause().getMessage())
                .toCompletableFuture();
        client.runUntil(heard::isDone);

        assertThat(heard).isCompletedWithValue("Unreadable");
        goesOn(client);
    }

    @Test
    void aSourceOfSignaturesFailsTheTaskThatNeedsOne() {
        SimulatedClient client = withSignatures(id -> {
            throw new Unreadable();
        });

        assertThat(response(client, train("t", "m")))
                .contains("the signature of model m cannot be found out: Unreadable");
        goesOn(client);
    }

    @Test
    void anActionAfterARestartIsWarnedOf() {
        callbacks.restart((abort, force) -> () -> {
            throw new UnreadableError();
        });
        SimulatedClient client = started();
        try (LogLines log = new LogLines()) {
            response(client, task("r", "Scaleout_RestartClient", ""));
            client.runFor(SimulatedClient.CALLBACK_TIME.plusSeconds(1));

            assertThat(log.with("UnreadableError")).isNotEmpty();
        }
        goesOn(client);
    }

    @Test
    void aListenerHoldsUpNoOther() {
        EdgeClientListener failing = new EdgeClientListener() {
            @Override
            public void error(EdgeException error) {
                throw new UnreadableError();
            }
        };
        int[] heard = {0};
        EdgeClientListener other = new EdgeClientListener() {
            @Override
            public void error(EdgeException error) {
                heard[0]++;
            }
        };

        try (LogLines log = new LogLines()) {
            new ListenerCalls(List.of(failing, other), Runnable::run)
                    .error(new EdgeException(ErrorCode.IO, "disk full"));

            assertThat(log.with("UnreadableError")).isNotEmpty();
        }
        assertThat(heard[0]).isEqualTo(1);
    }

    @Test
    void aLackOfMemoryWhileSomethingIsLoggedIsToldByItsReceipt() {
        SimulatedClient client = started();
        Map<String, Object> large = new AbstractMap<>() {
            @Override
            public Set<Entry<String, Object>> entrySet() {
                throw new OutOfMemoryError("Java heap space");
            }
        };

        List<Delivery> deliveries = List.of(
                client.runtime.log().logTelemetry("t", large),
                client.runtime.log().logAttributes(large));

        for (Delivery delivery : deliveries) {
            CompletableFuture<Outcome> outcome = delivery.outcome().toCompletableFuture();
            client.runUntil(outcome::isDone);
            assertThat(outcome.join())
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.error().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
        }
        goesOn(client);
    }

    @Test
    void whatCannotBeLoggedIsRejected() {
        SimulatedClient client = started();
        Map<String, Object> broken = new AbstractMap<>() {
            @Override
            public Set<Entry<String, Object>> entrySet() {
                throw new Unreadable();
            }
        };

        Delivery delivery = client.runtime.log().logTelemetry("t", broken);
        CompletableFuture<Outcome> outcome = delivery.outcome().toCompletableFuture();
        client.runUntil(outcome::isDone);

        assertThat(outcome.join())
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.error()).hasMessage("cannot be logged: Unreadable"));
        goesOn(client);
    }

    @Test
    void whatTheHostThrowsIsNeverAskedOnTheStrand() {
        ASKED.clear();
        callbacks.train((model, task) -> {
            throw new Asking();
        });
        callbacks.custom("wrapped", (parameters, task) -> {
            throw new IllegalStateException("outer", new Asking());
        });
        callbacks.custom("of the SDK", (parameters, task) -> {
            throw new EdgeException(ErrorCode.IO, "disk full", new Asking());
        });
        callbacks.restart((abort, force) -> () -> {
            throw new Asking();
        });
        SimulatedClient client = started();
        var calls = client.runtime.connectedCalls().calls().toCompletableFuture();
        client.runUntil(calls::isDone);
        CompletableFuture<AutonomousTask> started = calls.join()
                .tasks()
                .start("job", Map.of(), (parameters, task) -> {
                    throw new Asking();
                })
                .toCompletableFuture();
        client.await(started);
        AutonomousTask own = started.join();

        try (LogLines log = new LogLines()) {
            assertThat(response(client, train("t", "m"))).isEqualTo("{\"error\": \"Asking: said by the host\"}");
            assertThat(log.with("printed by the host")).isNotEmpty();
        }
        response(client, TaskRequest.of("w", "Custom_wrapped").withData("{}"));
        response(client, TaskRequest.of("s", "Custom_of the SDK").withData("{}"));
        response(client, task("r", "Scaleout_RestartClient", ""));
        Map<String, Object> map = new AbstractMap<>() {
            @Override
            public Set<Entry<String, Object>> entrySet() {
                throw new Asking();
            }
        };
        client.await(client.runtime.log().logTelemetry("t", map).outcome());
        client.runUntilDone(own.correlationId());
        goesOn(client);

        assertThat(ASKED).isEmpty();
        assertThat(own.result().toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(Asking.class);
    }

    @Test
    void whatASourceOfSignaturesThrowsIsNeverAskedOnTheStrand() {
        ASKED.clear();
        SimulatedClient client = withSignatures(id -> {
            throw new Asking();
        });

        assertThat(response(client, train("t", "m"))).contains("Asking: said by the host");
        assertThat(ASKED).isEmpty();
    }

    private static SimulatedClient withSignatures(SignatureSource signatures) {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> TrainResult.of(model("u", 1), 1),
                null,
                TrustPolicy.defaults().withSigner("owner", keys().getPublic()),
                signatures);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }
}
