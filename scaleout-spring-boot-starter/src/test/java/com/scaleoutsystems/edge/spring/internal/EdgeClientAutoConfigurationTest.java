package com.scaleoutsystems.edge.spring.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import com.scaleoutsystems.edge.spring.CustomTask;
import com.scaleoutsystems.edge.spring.EdgeClientBuilderCustomizer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

class EdgeClientAutoConfigurationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Sandbox sandbox;

    @BeforeAll
    static void startSandbox() {
        sandbox = Sandbox.builder().seedModel(model(0)).start();
    }

    @AfterAll
    static void closeSandbox() {
        sandbox.close();
    }

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    EdgeClientAutoConfiguration.class,
                    EdgeHealthAutoConfiguration.class,
                    EdgeMetersAutoConfiguration.class,
                    EdgeTracesAutoConfiguration.class))
            // As in an application of Spring Boot 3: only the build has the types of both.
            .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
            .withPropertyValues(
                    "scaleout.edge.api-url=" + sandbox.restUri(),
                    "scaleout.edge.stateless=true",
                    "scaleout.edge.poll-interval=100ms",
                    "scaleout.edge.name=line-7");

    @Test
    void callbacksRunOnTheThreadsOfABeanAndABeanTracesThem() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Set<TaskStatus> traced = ConcurrentHashMap.newKeySet();
        ExecutorService pool = Executors.newSingleThreadExecutor(work -> new Thread(work, "pool of the application"));
        application
                .withBean(CallbackThreads.class, () -> CallbackThreads.on(pool))
                .withBean(
                        EdgeClientBuilderCustomizer.class,
                        () -> builder -> builder.tasks(TaskSettings.defaults().withAbortGrace(Duration.ofSeconds(1))))
                .withBean(TaskTracer.class, () -> task -> summary -> traced.add(summary.status()))
                .withBean("greet", CustomCallback.class, () -> (parameters, task) -> {
                    threads.add(Thread.currentThread().getName());
                    return null;
                })
                .run(context -> {
                    String client = sandbox.awaitClients(1, PATIENCE).get(0);
                    sandbox.awaitOutcome(sandbox.submit(TaskSpec.of("Custom_greet", client)), PATIENCE);
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(traced).containsExactly(TaskStatus.COMPLETED));
                });
        pool.shutdown();
        assertThat(threads).containsExactly("pool of the application");
    }

    @Test
    void anApplicationTrainsTwoRoundsAndShowsItsClient() {
        AtomicReference<EdgeClient> closed = new AtomicReference<>();
        application
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withUserConfiguration(Callbacks.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    EdgeClient client = context.getBean(EdgeClient.class);
                    assertThat(client.name()).isEqualTo("line-7");
                    sandbox.awaitClients(1, PATIENCE);

                    String modelId = sandbox.runSession(SessionPlan.of(2, 1)).modelId();

                    try (ScaleoutModel result = sandbox.model(modelId)) {
                        assertThat(number(result)).isEqualTo(2);
                    }
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        assertThat(registry.get("scaleout.edge.tasks")
                                        .tags("client", "line-7", "kind", "train", "status", "completed")
                                        .timer()
                                        .count())
                                .isEqualTo(2);
                        assertThat(registry.get("scaleout.edge.ready").gauge().value())
                                .isEqualTo(1);
                    });
                    HealthIndicator indicator = context.getBean(HealthIndicator.class);
                    assertThat(indicator.health().getStatus().getCode()).isEqualTo("UP");
                    assertThat(indicator.health().getDetails())
                            .containsEntry("name", "line-7")
                            .containsEntry("state", "CONNECTED");
                    closed.set(client);
                });
        assertThat(closed.get().state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void anApplicationWithOpenTelemetryTracesItsTasks() {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
        ApplicationContextRunner traced = application
                .withBean(OpenTelemetry.class, () -> telemetry)
                .withBean("greet", CustomCallback.class, () -> (parameters, task) -> null);

        traced.run(context -> {
            String client = sandbox.awaitClients(1, PATIENCE).get(0);
            sandbox.awaitOutcome(sandbox.submit(TaskSpec.of("Custom_greet", client)), PATIENCE);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(spans.getFinishedSpanItems())
                            .singleElement()
                            .satisfies(span -> assertThat(
                                            span.getAttributes().get(AttributeKey.stringKey("scaleout.edge.client")))
                                    .isEqualTo("line-7")));
        });
        traced.withBean(TaskTracer.class, () -> task -> summary -> {})
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("scaleoutEdgeTracer"));
        telemetry.close();
    }

    @Test
    void thereIsNoClientIfItIsSwitchedOff() {
        application
                .withPropertyValues("scaleout.edge.enabled=false")
                .withBean(OpenTelemetry.class, OpenTelemetry::noop)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(EdgeClient.class)
                        .doesNotHaveBean(EdgeClientLifecycle.class)
                        .doesNotHaveBean("scaleoutEdgeHealthIndicator")
                        .doesNotHaveBean("scaleoutEdgeMeters")
                        .doesNotHaveBean("scaleoutEdgeTracer"));
    }

    @Test
    void aClientOfTheApplicationItselfIsLeftAloneButItsHealthIsShown() {
        application
                .withBean(
                        "own",
                        EdgeClient.class,
                        () -> EdgeClient.builder()
                                .api(sandbox.restUri())
                                .stateless()
                                .build())
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(EdgeClient.class);
                    assertThat(context).doesNotHaveBean(EdgeClientLifecycle.class);
                    assertThat(context).doesNotHaveBean("scaleoutEdgeMeters");
                    assertThat(context.getBean(EdgeClient.class).state()).isEqualTo(ClientState.NEW);
                    assertThat(context.getBean(HealthIndicator.class)
                                    .health()
                                    .getStatus()
                                    .getCode())
                            .isEqualTo("OUT_OF_SERVICE");
                });
    }

    @Test
    void severalCallbacksOfOneTypeAreAnErrorThatNamesTheBeans() {
        ApplicationContextRunner twice = application.withBean("first", TrainCallback.class, () -> (model, task) -> {
            throw new IllegalStateException("not this one");
        });

        twice.withBean("second", TrainCallback.class, () -> (model, task) -> {
                    throw new IllegalStateException("nor this one");
                })
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .satisfies(failure -> assertThat(context.getStartupFailure())
                                .hasStackTraceContaining("A client has one TrainCallback, but several beans are of this"
                                        + " type: [first, second]; mark one of them with @Primary")));
        twice.withUserConfiguration(PrimaryCallback.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void customTasksHaveTheNamesOfTheirBeansOrAnnotations() {
        application.withUserConfiguration(CustomTasks.class).run(context -> {
            assertThat(context).hasNotFailed();
            EdgeClient client = context.getBean(EdgeClient.class);
            assertThat(client.removeCustomCallback("greet")).isTrue();
            assertThat(client.removeCustomCallback("calibrate")).isTrue();
            assertThat(client.removeCustomCallback("measure")).isTrue();
            assertThat(client.removeCustomCallback("other")).isFalse();
        });
    }

    @Test
    void twoBeansForOneCustomTaskAreAnError() {
        application
                .withUserConfiguration(CustomTasks.class)
                .withBean("Custom_greet", CustomCallback.class, () -> (parameters, task) -> null)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("both serve the custom task greet"));
    }

    @Test
    void customizersComeLastAndListenersHear() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        application
                .withBean(EdgeClientBuilderCustomizer.class, () -> builder -> builder.name("changed"))
                .withBean(EdgeClientListener.class, () -> new EdgeClientListener() {
                    @Override
                    public void stateChanged(ClientState from, ClientState to, String reason) {
                        heard.add(to.name());
                    }
                })
                .run(context -> {
                    assertThat(context.getBean(EdgeClient.class).name()).isEqualTo("changed");
                    await().atMost(PATIENCE).until(() -> heard.contains("CONNECTED"));
                });
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(heard).startsWith("JOINING", "CONNECTED").endsWith("DRAINING", "CLOSED"));
    }

    @Test
    void theClientStartsAfterEverythingElseAndClosesFirst() {
        AtomicReference<Server> server = new AtomicReference<>();
        application.withBean(Server.class).run(context -> {
            server.set(context.getBean(Server.class));
            EdgeClient client = context.getBean(EdgeClient.class);
            await().atMost(PATIENCE).until(() -> client.state() != ClientState.NEW);
        });
        assertThat(server.get().states).containsExactly(ClientState.NEW, ClientState.CLOSED);
    }

    @Test
    void aLongBudgetGivesCallbacksLongToEnd() {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean endedByItself = new AtomicBoolean();
        application
                .withPropertyValues("scaleout.edge.close-budget=10m")
                .withBean(
                        EdgeClientBuilderCustomizer.class,
                        () -> builder -> builder.tasks(TaskSettings.defaults().withAbortGrace(Duration.ofMinutes(5))))
                .withBean("tidyUp", CustomCallback.class, () -> (parameters, task) -> {
                    runs.countDown();
                    await().atMost(PATIENCE).until(task::isAborted);
                    // With the default budget the client interrupts this.
                    endedByItself.set(!never.await(5, TimeUnit.SECONDS));
                    return null;
                })
                .run(context -> {
                    String client = sandbox.awaitClients(1, PATIENCE).get(0);
                    sandbox.submit(TaskSpec.of("Custom_tidyUp", client));
                    assertThat(runs.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                });
        assertThat(endedByItself).isTrue();
    }

    @Test
    void anApplicationStartsWhileItsNetworkIsAwayAndSaysSo() {
        application
                .withPropertyValues("scaleout.edge.api-url=http://127.0.0.1:1")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    HealthIndicator indicator = context.getBean(HealthIndicator.class);
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        Health health = indicator.health();
                        assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                        assertThat(health.getDetails()).containsEntry("state", "JOINING");
                        assertThat(health.getDetails().get("troubles").toString())
                                .contains("refused");
                    });
                });
    }

    @Test
    void anApplicationThatWaitsForItsNetworkFailsWhenTheTimeIsOver() {
        application
                .withPropertyValues("scaleout.edge.api-url=http://127.0.0.1:1", "scaleout.edge.wait-for-network=1ms")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("refused"));
    }

    @Test
    void aCustomizerMayLetTheStartWaitForTheNetwork() {
        application
                .withPropertyValues("scaleout.edge.api-url=http://127.0.0.1:1")
                .withBean(
                        EdgeClientBuilderCustomizer.class,
                        () -> builder -> builder.waitForNetwork(Duration.ofMillis(1)))
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("refused"));
    }

    @Test
    void anApplicationThatNamesNoNetworkFailsUnlessACustomizerMayDoSo() {
        ApplicationContextRunner nowhere = application.withPropertyValues("scaleout.edge.api-url=");

        nowhere.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("set the property scaleout.edge.api-url"));
        nowhere.withBean(EdgeClientBuilderCustomizer.class, () -> builder -> builder.api(sandbox.restUri()))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void springSevenDoesNotPauseTheClient() throws ReflectiveOperationException {
        EdgeClient client = EdgeClient.builder().stateless().build();
        EdgeClientLifecycle lifecycle = new EdgeClientLifecycle(client, Duration.ofSeconds(1));

        // Spring 7 calls it; the build has Spring 6.
        assertThat(EdgeClientLifecycle.class.getMethod("isPauseable").invoke(lifecycle))
                .isEqualTo(false);
        client.close();
    }

    @Test
    void anApplicationThatWasStoppedDoesNotStartAgainWithAClosedClient() {
        application.run(context -> {
            context.stop();

            assertThat(context.getBean(EdgeClient.class).state()).isEqualTo(ClientState.CLOSED);
            assertThatThrownBy(context::start).hasRootCauseInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void aWrongValueFailsTheApplicationAndNamesTheProperty() {
        application
                .withPropertyValues("scaleout.edge.poll-interval=soon")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("scaleout.edge.poll-interval is 'soon'; expected a number of seconds above 0"));
    }

    @Test
    void anApplicationWithoutMetersHealthAndTracesNeedsNoneOfTheirClasses() {
        application
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.boot.health",
                        "org.springframework.boot.actuate",
                        "io.micrometer",
                        "io.opentelemetry"))
                .withUserConfiguration(Callbacks.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(EdgeClient.class)
                        .doesNotHaveBean("scaleoutEdgeHealthIndicator")
                        .doesNotHaveBean("scaleoutEdgeMeters"));
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, LinkageError.class})
    void aRegistryThatThrowsDoesNotKeepTheApplicationFromStarting(Class<? extends Throwable> fault)
            throws ReflectiveOperationException {
        Throwable broken = fault.getConstructor(String.class).newInstance("no gauges today");
        application
                .withBean(MeterRegistry.class, () -> new SimpleMeterRegistry() {
                    @Override
                    protected <T> Gauge newGauge(Meter.Id id, T source, ToDoubleFunction<T> value) {
                        throw sneaky(broken);
                    }
                })
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(EdgeClient.class));
    }

    private static RuntimeException sneaky(Throwable broken) {
        if (broken instanceof Error error) {
            throw error;
        }
        return (RuntimeException) broken;
    }

    private static ScaleoutModel model(float number) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {number}, 1)));
    }

    private static float number(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats()[0];
    }

    @Configuration(proxyBeanMethods = false)
    static class Callbacks {

        @Bean
        TrainCallback train() {
            return (model, task) -> TrainResult.of(model(number(model) + 1), 1);
        }

        @Bean
        ValidateCallback validate() {
            return (model, task) -> Map.of("number", number(model));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryCallback {

        @Bean
        @Primary
        TrainCallback third() {
            return (model, task) -> TrainResult.of(model(number(model) + 1), 1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class CustomTasks {

        @Bean
        CustomCallback greet() {
            return (parameters, task) -> "hello";
        }

        @Bean
        @CustomTask("calibrate")
        CustomCallback second() {
            return (parameters, task) -> null;
        }

        @Bean
        Measure third() {
            return new Measure();
        }
    }

    @CustomTask("Custom_measure")
    static class Measure implements CustomCallback {

        @Override
        public Object run(Map<String, Object> parameters, TaskContext task) {
            return 1;
        }
    }

    /** Like the web server, which callbacks may use: it starts early and stops late. */
    static final class Server implements SmartLifecycle {

        private final EdgeClient client;
        private final List<ClientState> states = new ArrayList<>();
        private boolean running;

        Server(EdgeClient client) {
            this.client = client;
        }

        @Override
        public void start() {
            states.add(client.state());
            running = true;
        }

        @Override
        public void stop() {
            states.add(client.state());
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 1;
        }
    }
}
