package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.simulation.LogLines;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to the events of a listener that does not keep up. */
class ListenerQueueTest {

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final EdgeClientListener listener = new EdgeClientListener() {
        @Override
        public void stateChanged(ClientState from, ClientState to, String reason) {
            heard.add(to.name());
        }

        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            heard.add(record.id());
        }
    };
    private final ListenerCalls calls = new ListenerCalls(List.of(listener), threads::add);

    private void settled(String id, int characters) {
        RecordInfo info =
                RecordInfo.of(id, RecordKind.TELEMETRY_RECORD, "telemetry").withPayload("x".repeat(characters));
        calls.recordSettled(() -> info, new Outcome.Delivered());
    }

    @Test
    void eventsComeInOrderHoweverTheyAreKept() {
        settled("1", 1);
        calls.stateChanged(ClientState.NEW, ClientState.JOINING, "");
        settled("2", 1);
        calls.stateChanged(ClientState.JOINING, ClientState.CONNECTED, "");

        threads.remove().run();

        assertThat(heard).containsExactly("1", "JOINING", "2", "CONNECTED");
        assertThat(threads).as("one thread for all that waits").isEmpty();
    }

    @Test
    void whatASlowListenerMissesAreTheOldestEventsOfRecordsAndItIsSaidOnce() {
        calls.stateChanged(ClientState.NEW, ClientState.JOINING, "");
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < ListenerQueue.MOST_EVENTS + 9; i++) {
                settled("" + i, 1);
            }
            assertThat(log.with("is too slow")).hasSize(1);
            assertThat(log.with("has dropped")).isEmpty();

            threads.remove().run();

            assertThat(log.with("has dropped 10 of its events")).hasSize(1);
        }
        assertThat(heard)
                .hasSize(ListenerQueue.MOST_EVENTS)
                .startsWith("JOINING", "10")
                .endsWith("" + (ListenerQueue.MOST_EVENTS + 8));
    }

    @Test
    void theTextOfWaitingEventsHasALimitToo() {
        int large = (int) (ListenerQueue.MOST_TEXT / 4);
        for (int i = 0; i < 10; i++) {
            settled("" + i, large);
        }
        settled("small", 1);

        threads.remove().run();

        assertThat(heard).containsExactly("7", "8", "9", "small");
    }

    @Test
    void anEventThatIsLargerThanTheLimitStillComes() {
        settled("huge", (int) ListenerQueue.MOST_TEXT + 1);

        threads.remove().run();

        assertThat(heard).containsExactly("huge");
    }

    @Test
    void aListenerThatBlocksHoldsUpNoOther() {
        List<String> other = new ArrayList<>();
        EdgeClientListener blocked = new EdgeClientListener() {
            @Override
            public void stateChanged(ClientState from, ClientState to, String reason) {
                // Meanwhile all other threads go on.
                threads.remove().run();
                heard.addAll(other);
            }
        };
        EdgeClientListener quick = new EdgeClientListener() {
            @Override
            public void stateChanged(ClientState from, ClientState to, String reason) {
                other.add(to.name());
            }
        };
        ListenerCalls both = new ListenerCalls(List.of(blocked, quick), threads::add);
        both.stateChanged(ClientState.NEW, ClientState.JOINING, "");

        threads.remove().run();

        assertThat(heard).containsExactly("JOINING");
    }

    @Test
    void whereThereIsNoThreadTheEventsWaitForTheNextOne() {
        boolean[] none = {true};
        ListenerCalls poor = new ListenerCalls(List.of(listener), body -> {
            if (none[0]) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            threads.add(body);
        });
        poor.stateChanged(ClientState.NEW, ClientState.JOINING, "");
        none[0] = false;
        poor.stateChanged(ClientState.JOINING, ClientState.CONNECTED, "");

        threads.remove().run();

        assertThat(heard).containsExactly("JOINING", "CONNECTED");
    }
}
