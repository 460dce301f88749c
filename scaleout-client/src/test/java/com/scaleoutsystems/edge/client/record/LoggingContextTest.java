package com.scaleoutsystems.edge.client.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoggingContextTest {

    static Stream<JsonNode> stepsOfTheReferenceClient() {
        return StreamSupport.stream(
                Vectors.part("json/payloads", "log_metric_steps").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("stepsOfTheReferenceClient")
    void stepsAreThoseOfTheReferenceClient(JsonNode sequence) {
        int first = sequence.get("about").asText().contains("starting at step 100") ? 100 : 0;
        LoggingContext context = LoggingContext.startingAt(first, "model", "round", "session");
        for (JsonNode call : sequence.get("calls")) {
            JsonNode args = call.get("args");
            boolean sent = call.path("sent_step").isNumber();
            if (!sent) {
                // The reference moves on before it finds that it cannot send; we refuse such a call before it counts.
                continue;
            }
            OptionalInt step =
                    args.has("step") ? OptionalInt.of(args.get("step").asInt()) : OptionalInt.empty();
            int used = context.advance(step, args.path("commit").asBoolean(true));
            assertThat(used).as("%s", call).isEqualTo(call.get("sent_step").asInt());
            assertThat(context.step())
                    .as("%s", call)
                    .isEqualTo(call.get("context_step_after").asInt());
        }
    }

    @Test
    void aNegativeStepIsRefused() {
        assertThatThrownBy(() -> LogOptions.defaults().withStep(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
