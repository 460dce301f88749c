package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskDataTest {

    @Test
    void settingsAreUnmodifiableAllTheWayDown() {
        TaskRequest request = TaskRequest.of("t", "Scaleout_ModelUpdate")
                .withData("{\"client_settings\": {\"layers\": [8], \"none\": null}}");

        Map<String, Object> settings = TaskData.object(request, "client_settings");

        assertThat(settings).isEqualTo(Map.of("layers", List.of(8)));
        assertThatThrownBy(settings::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(((List<?>) settings.get("layers"))::clear).isInstanceOf(UnsupportedOperationException.class);
    }
}
