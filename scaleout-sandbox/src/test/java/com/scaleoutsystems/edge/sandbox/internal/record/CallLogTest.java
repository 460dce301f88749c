package com.scaleoutsystems.edge.sandbox.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallLogTest {
    private final CallLog log = new CallLog(new Changes(), 2, 1_000);

    @Test
    void namesOfMethodsThatAreNotThereGoWithTheirCalls() {
        add("GET /1", "404");
        add("POST /there", "400");
        add("GET /2", "404");
        add("PUT /there", "405");
        assertThat(log.countCalls("GET /1")).isZero();
        assertThat(log.countCalls("GET /2")).isEqualTo(1);
        assertThat(log.countCalls("POST /there")).isEqualTo(1);
        assertThat(log.forgottenCalls()).isEqualTo(2);
    }

    private void add(String rpc, String status) {
        log.add(new ReceivedCall(Instant.EPOCH, rpc, "", Map.of(), () -> "", status), List.of(), 1);
    }
}
