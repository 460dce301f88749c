package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.task.CustomCallback;
import org.junit.jupiter.api.Test;

class CallbacksTest {

    @Test
    void customTaskGoesToTheCallbackOfItsNameAndElseToTheOneForOthers() {
        CustomCallback named = (parameters, task) -> "named";
        CustomCallback other = (parameters, task) -> "other";
        Callbacks callbacks = new Callbacks();
        callbacks.custom("clean", named);

        assertThat(callbacks.customOf("Custom_sweep")).isEmpty();
        callbacks.otherCustom(other);

        Callbacks copy = callbacks.copy();
        assertThat(copy.customOf("Custom_clean")).containsSame(named);
        assertThat(copy.customOf("Custom_sweep")).containsSame(other);
        assertThat(copy.removeCustom("clean")).isTrue();
        assertThat(copy.customOf("Custom_clean")).containsSame(other);
    }
}
