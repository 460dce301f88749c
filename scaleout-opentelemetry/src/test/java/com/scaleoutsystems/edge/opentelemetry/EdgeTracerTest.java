package com.scaleoutsystems.edge.opentelemetry;

import static com.scaleoutsystems.edge.opentelemetry.Clients.adding;
import static com.scaleoutsystems.edge.opentelemetry.Clients.broken;
import static com.scaleoutsystems.edge.opentelemetry.Clients.model;
import static com.scaleoutsystems.edge.opentelemetry.Clients.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EdgeTracerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Sandbox sandbox = Sandbox.builder().seedModel(model(0)).start();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = sdk(SimpleSpanProcessor.create(spans));

    private static OpenTelemetrySdk sdk(SpanProcessor processor) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(
                        SdkTracerProvider.builder().addSpanProcessor(processor).build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    @AfterEach
    void close() {
        sandbox.close();
        sdk.close();
    }

    /** The spans whose names begin so, once there are as many. */
    private List<SpanData> spans(String name, int count) {
        await().atMost(PATIENCE).until(() -> named(name).size() >= count);
        return named(name);
    }

    private List<SpanData> named(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().startsWith(name))
                .toList();
    }

    private static String text(SpanData span, String attribute) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(attribute)));
    }

    private Set<String> traceIdsOf(String rpc) {
        return sandbox.recording().calls(rpc).stream()
                .map(EdgeTracerTest::traceId)
                .collect(Collectors.toSet());
    }

    /** The header of W3C: version, trace id, span id, flags. */
    private static String traceId(RecordedCall call) {
        return call.metadata().getOrDefault("traceparent", "--").split("-", -1)[1];
    }

    private static Set<String> traceIds(List<SpanData> spans) {
        return spans.stream().map(SpanData::getTraceId).collect(Collectors.toSet());
    }

    @Test
    void eachTaskHasASpanWhoseTraceTheCombinerSawInItsCalls() {
        try (EdgeClient client =
                adding(sandbox).tracer(EdgeTracer.of(sdk, "line-7")).build()) {
            client.start();

            sandbox.runSession(SessionPlan.of(2, 1));

            List<SpanData> training = spans("task train", 2);
            List<SpanData> validation = spans("task validate", 2);
            assertThat(training).hasSize(2);
            assertThat(traceIds(training)).hasSize(2);
            assertThat(traceIdsOf("SendModelUpdate")).isEqualTo(traceIds(training));
            assertThat(traceIdsOf("Upload")).isEqualTo(traceIds(training));
            assertThat(traceIdsOf("SendModelValidation")).isEqualTo(traceIds(validation));
            assertThat(traceIdsOf("Download")).contains(training.get(0).getTraceId());
            assertThat(sandbox.recording().calls("SendModelUpdate")).allSatisfy(call -> {
                SpanData span = training.stream()
                        .filter(one -> one.getTraceId().equals(traceId(call)))
                        .findFirst()
                        .orElseThrow();
                assertThat(call.json()).contains(text(span, "scaleout.edge.task.id"));
            });
            assertThat(training.get(0).getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(training.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(text(training.get(0), "scaleout.edge.task.status")).isEqualTo("completed");
            assertThat(text(training.get(0), "scaleout.edge.client")).isEqualTo("line-7");
        }
    }

    @Test
    void theSpanOfATaskIsTheParentOfTheCallbacksOwnSpans() {
        Tracer own = sdk.getTracer("own");
        try (EdgeClient client = adding(sandbox)
                .tracer(EdgeTracer.of(sdk, "line-7"))
                .onTrain((model, task) -> {
                    own.spanBuilder("epoch").startSpan().end();
                    return TrainResult.of(model(number(model) + 1), 1);
                })
                .build()) {
            client.start();

            sandbox.runSession(SessionPlan.of(1, 1));

            SpanData training = spans("task train", 1).get(0);
            assertThat(named("epoch"))
                    .singleElement()
                    .satisfies(child -> assertThat(child.getParentSpanId()).isEqualTo(training.getSpanId()));
        }
    }

    @Test
    void aTaskThatFailsHasTheStatusErrorAndItsReason() {
        try (EdgeClient client = adding(sandbox)
                .tracer(EdgeTracer.of(sdk, "line-7"))
                .onCustom("c", (parameters, task) -> {
                    throw new IllegalStateException("no data");
                })
                .build()) {
            client.start();
            String id = sandbox.submit(TaskSpec.of("Custom_c", client.clientId()));
            sandbox.awaitOutcome(id, PATIENCE);

            SpanData span = spans("task custom", 1).get(0);
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).contains("no data");
            assertThat(text(span, "scaleout.edge.task.status")).isEqualTo("failed");
            assertThat(text(span, "scaleout.edge.task.reason")).contains("no data");
            assertThat(text(span, "error.type")).isEqualTo("failed");
        }
    }

    @Test
    void thePageListsAllAttributes() throws IOException {
        TaskTracer.Trace trace = EdgeTracer.of(sdk, "line-7")
                .begin(TaskRequest.of("t", "Scaleout_ModelUpdate")
                        .withModelId("m")
                        .withSessionId("s")
                        .withRoundId("1"));
        trace.end(TaskSummary.of(TaskStatus.FAILED, "why").withCallbackTime(Duration.ofSeconds(1)));

        Set<String> attributes = new TreeSet<>();
        spans.getFinishedSpanItems().get(0).getAttributes().forEach((key, value) -> attributes.add(key.getKey()));
        assertThat(attributes).isEqualTo(MonitoringPage.attributes());
    }

    /** Suppliers, because JUnit would close the objects, and these do not let themselves be closed. */
    static Stream<Arguments> brokenOnes() {
        Supplier<OpenTelemetry> all = () -> broken(OpenTelemetry.class);
        Supplier<OpenTelemetry> exporter = () -> sdk(SimpleSpanProcessor.create(broken(SpanExporter.class)));
        Supplier<OpenTelemetry> processor = () -> sdk(new BrokenProcessor());
        return Stream.of(
                Arguments.of("all", all), Arguments.of("exporter", exporter), Arguments.of("processor", processor));
    }

    private static final class BrokenProcessor implements SpanProcessor {

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            throw new IllegalStateException("no spans today");
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            throw new IllegalStateException("no spans today");
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenOnes")
    void aTracerThatAlwaysThrowsChangesNoOutcome(String what, Supplier<OpenTelemetry> always) {
        try (EdgeClient client =
                adding(sandbox).tracer(EdgeTracer.of(always.get(), "broken")).build()) {
            client.start();

            String modelId = sandbox.runSession(SessionPlan.of(2, 1)).modelId();

            try (ScaleoutModel result = sandbox.model(modelId)) {
                assertThat(number(result)).isEqualTo(2);
            }
        }
    }

    @Test
    void headersOfOtherPropagatorsHaveNamesThatCallsCanCarry() {
        TextMapPropagator mixed = new TextMapPropagator() {
            @Override
            public List<String> fields() {
                return List.of("X-B3-TraceId");
            }

            @Override
            public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
                setter.set(carrier, "X-B3-TraceId", "1");
            }

            @Override
            public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
                return context;
            }
        };
        try (OpenTelemetrySdk other = OpenTelemetrySdk.builder()
                .setPropagators(ContextPropagators.create(mixed))
                .build()) {
            Map<String, String> headers = EdgeTracer.of(other, "line-7")
                    .begin(TaskRequest.of("t", "Custom_c"))
                    .headers();

            assertThat(headers).containsExactly(Map.entry("x-b3-traceid", "1"));
        }
    }
}
