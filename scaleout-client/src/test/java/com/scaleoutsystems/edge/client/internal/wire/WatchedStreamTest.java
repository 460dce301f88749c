package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.record.LogLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WatchedStreamTest {

    private static final Duration IDLE = Duration.ofMinutes(2);

    private final Time time = new Time();
    private final List<EdgeException> ends = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();
    private final List<RecordStream.Receiver> combiner = new ArrayList<>();
    private final Mute mute = new Mute();
    private final WatchedStream stream = new WatchedStream(time, IDLE, new Ends(), receiver -> {
        combiner.add(receiver);
        return mute;
    });

    private void send(String id) {
        stream.send(id, new RecordBody.StatusLine("line", LogLevel.INFO, "", Instant.EPOCH));
    }

    @Test
    void isGivenUpIfTheCombinerAcknowledgesOneRecordAsOftenAsThereAreRecords() {
        List.of("1", "2", "3").forEach(this::send);
        combiner.get(0).acknowledged(List.of("1", "1"));
        combiner.get(0).acknowledged(List.of("1"));
        time.pass(IDLE.dividedBy(2));
        combiner.get(0).acknowledged(List.of("1", "another's"));
        time.pass(IDLE.dividedBy(2));

        assertThat(ends).singleElement().satisfies(end -> assertThat(end).hasMessageContaining("2 records wait"));
    }

    @Test
    void isNotGivenUpWhenAllRecordsAreAcknowledgedHoweverEarly() {
        mute.sending = id -> combiner.get(0).acknowledged(List.of(id));
        List.of("1", "2").forEach(this::send);
        time.pass(IDLE.multipliedBy(2));

        assertThat(ends).isEmpty();
        assertThat(acknowledged).containsExactly("1", "2");
    }

    @Test
    void doesNotWaitForARecordThatCouldNotBeSent() {
        mute.sending = id -> {
            throw new IllegalArgumentException("no message");
        };
        assertThatThrownBy(() -> send("1")).hasMessage("no message");
        time.pass(IDLE.multipliedBy(2));

        assertThat(ends).isEmpty();
    }

    @Test
    void isGivenUpInTimeHoweverOftenItHearsThatTheCombinerIsNotSilent() {
        send("1");
        for (int i = 0; i < 4; i++) {
            time.pass(IDLE.dividedBy(4));
            stream.hold(false);
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    void isNotGivenUpWhileTheCombinerIsSilentAltogether() {
        send("1");
        stream.hold(true);
        time.pass(IDLE.multipliedBy(2));
        assertThat(ends).isEmpty();

        stream.hold(false);
        time.pass(IDLE);
        assertThat(ends).hasSize(1);
    }

    private final class Ends implements RecordStream.Receiver {

        @Override
        public void acknowledged(List<String> recordIds) {
            acknowledged.addAll(recordIds);
        }

        @Override
        public void ended(EdgeException reason) {
            ends.add(reason);
        }
    }

    private static final class Mute implements WatchedStream.Breakable {

        private Consumer<String> sending = id -> {};

        @Override
        public void send(String recordId, RecordBody record) {
            sending.accept(recordId);
        }

        @Override
        public void close() {}

        @Override
        public void cancel() {}
    }

    /** Does everything on the calling thread, what is to come later when its time has come. */
    private static final class Time implements Strand {

        private record Later(Duration due, Runnable step) {}

        private final List<Later> later = new ArrayList<>();
        private Duration now = Duration.ZERO;

        void pass(Duration span) {
            now = now.plus(span);
            for (Later one : List.copyOf(later)) {
                if (one.due().compareTo(now) <= 0 && later.remove(one)) {
                    one.step().run();
                }
            }
        }

        @Override
        public void execute(Runnable step) {
            step.run();
        }

        @Override
        public Cancellable after(Duration delay, Runnable step) {
            Later one = new Later(now.plus(delay), step);
            later.add(one);
            return () -> later.remove(one);
        }
    }
}
