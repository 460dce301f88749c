package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void writesTheFormOfTheReferenceClient() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("a", 1);
        value.put("å", List.of(true, "x\"y"));
        value.put("b", new float[] {0.5f, 2});

        assertThat(Json.write("value", value))
                .isEqualTo("{\"a\": 1, \"\\u00e5\": [true, \"x\\\"y\"], \"b\": [0.5, 2.0]}");
    }

    @Test
    void notFiniteNumbersBecomeNullAndAreReported() {
        List<String> places = new ArrayList<>();

        String text =
                Json.write("metrics", Map.of("loss", List.of(Double.NaN, 1.0f, Float.NEGATIVE_INFINITY)), places::add);

        assertThat(text).isEqualTo("{\"loss\": [null, 1.0, null]}");
        assertThat(places).containsExactly("metrics.loss[0] is NaN", "metrics.loss[2] is -Infinity");
    }

    @Test
    void whatHasNoJsonFormIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> Json.write("metrics", Map.of("when", Map.of("at", new Thread()))))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("metrics.when.at is a java.lang.Thread");
    }

    @Test
    void setsAreWrittenAsLists() {
        assertThat(Json.write("value", Set.of(1))).isEqualTo("[1]");
    }

    @Test
    void aCycleIsRefusedRatherThanFollowed() {
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);

        assertThatThrownBy(() -> Json.write("value", cycle))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void textsThatAreNoObjectAreRefused() {
        for (String text : List.of("", "null", "[1]", "{not json", "\"x\"")) {
            assertThatThrownBy(() -> Json.readObject("the task's data", text))
                    .as(text)
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("the task's data is not a JSON object");
        }
    }
}
