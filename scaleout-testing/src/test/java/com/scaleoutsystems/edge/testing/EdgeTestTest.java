package com.scaleoutsystems.edge.testing;

import static com.scaleoutsystems.edge.testing.TaskRunTest.awaitStubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** What the extension gives to tests, and which tests it fails. The tests of {@link Planted} run only from here. */
@Timeout(120)
class EdgeTestTest {

    /** What the planted tests have had. */
    private static final List<Sandbox> SANDBOXES = new ArrayList<>();

    private static final List<EdgeClient> CLIENTS = new ArrayList<>();
    private static CountDownLatch release = new CountDownLatch(0);

    /** Tests of a program. */
    @EdgeTest
    static class Planted {

        @BeforeEach
        void before(Sandbox sandbox) {
            SANDBOXES.add(sandbox);
        }

        @AfterEach
        void after(Sandbox sandbox) {
            SANDBOXES.add(sandbox);
        }

        @Test
        void startsAClient(Sandbox sandbox, EdgeClients clients) {
            SANDBOXES.add(sandbox);
            CLIENTS.add(clients.build(builder -> builder.name("first")));
            CLIENTS.add(clients.start(builder -> builder.onCustom("echo", (parameters, task) -> "echo")));
            String task = sandbox.submit(TaskSpec.of("Custom_echo", "client-2"));
            EdgeAssertions.assertThat(sandbox).task(task).isCompleted().hasAnswer("echo");
        }

        @Test
        @EdgeTest(generation = SandboxGeneration.V1_0)
        void speaksAnOlderGeneration(Sandbox sandbox, EdgeClients clients) {
            clients.start(builder -> builder);
            assertThat(sandbox.recording().awaitCalls("PollAndReport", 1, Duration.ofSeconds(30)))
                    .isNotEmpty();
        }

        @Test
        void closesWhatItBuilds(EdgeClients clients) {
            try (EdgeClient client = clients.builder().build()) {
                client.start();
            }
        }

        @Test
        void forgetsToCloseAClient(EdgeClients clients) {
            EdgeClient client = clients.builder().build();
            CLIENTS.add(client);
            client.start();
        }

        @Test
        void leavesACallback(Sandbox sandbox, EdgeClients clients) throws InterruptedException {
            CountDownLatch runs = new CountDownLatch(1);
            clients.start(builder -> builder.tasks(TaskSettings.defaults()
                            .withPollInterval(Duration.ofMillis(25))
                            .withAbortGrace(Duration.ofMillis(50)))
                    .onCustom("stuck", (parameters, task) -> {
                        runs.countDown();
                        awaitStubbornly(release);
                        return null;
                    }));
            sandbox.submit(TaskSpec.of("Custom_stuck", "client-1").withCorrelationId("abc"));
            runs.await();
        }

        @Test
        void failsByItself(EdgeClients clients) {
            clients.start(builder -> builder);
            throw new IllegalStateException("its own failure");
        }

        @Test
        void needsNothing() {}
    }

    @BeforeEach
    void forget() {
        SANDBOXES.clear();
        CLIENTS.clear();
    }

    /** Runs one planted test. */
    private static List<Throwable> failures(String test) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(Planted.class, methodOf(test)))
                                .build(),
                        summary);
        assertThat(summary.getSummary().getTestsFoundCount()).isEqualTo(1);
        return summary.getSummary().getFailures().stream()
                .map(failure -> failure.getException())
                .toList();
    }

    private static Method methodOf(String test) {
        return List.of(Planted.class.getDeclaredMethods()).stream()
                .filter(method -> method.getName().equals(test))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTestHasASandboxAndItsClientsAreClosedAfterIt() {
        assertThat(failures("startsAClient")).isEmpty();

        assertThat(SANDBOXES).hasSize(3).allMatch(sandbox -> sandbox == SANDBOXES.get(0));
        assertThat(CLIENTS).hasSize(2).allMatch(client -> client.state() == ClientState.CLOSED);
        assertThatThrownBy(() -> SANDBOXES.get(0).connectedClients())
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("closed");
        assertThat(SANDBOXES.get(0).recording().announcements())
                .extracting(Recorded.Announcement::type)
                .contains("Disconnect");
    }

    @Test
    void eachTestHasASandboxOfItsOwn() {
        assertThat(failures("needsNothing")).isEmpty();
        assertThat(failures("needsNothing")).isEmpty();

        assertThat(SANDBOXES).hasSize(4);
        assertThat(SANDBOXES.get(0)).isSameAs(SANDBOXES.get(1)).isNotSameAs(SANDBOXES.get(2));
    }

    @Test
    void theAnnotationOfAMethodChoosesTheGeneration() {
        assertThat(failures("speaksAnOlderGeneration")).isEmpty();
    }

    @Test
    void aTestMayCloseWhatItBuilds() {
        assertThat(failures("closesWhatItBuilds")).isEmpty();
    }

    @Test
    void aClientThatWasNotClosedFailsTheTestThatForgotIt() {
        List<Throwable> failures = failures("forgetsToCloseAClient");

        CLIENTS.get(0).close(Duration.ofMillis(200));
        assertThat(failures)
                .singleElement()
                .isInstanceOf(AssertionError.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("the test has left something behind: the client client-1 was not closed");
    }

    @Test
    void aCallbackThatStillRunsFailsItsTest() {
        release = new CountDownLatch(1);
        List<Throwable> failures;
        try {
            failures = failures("leavesACallback");
        } finally {
            release.countDown();
        }

        assertThat(failures)
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("the test has left something behind: the thread scaleout-custom-client-1-abc still runs")
                .contains("awaitStubbornly");
    }

    @Test
    void theFailureOfATestIsItsOwn() {
        assertThat(failures("failsByItself")).singleElement().satisfies(failure -> {
            assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("its own failure");
            assertThat(failure).hasNoSuppressedExceptions();
        });
    }
}
