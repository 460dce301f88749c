package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

class WatchedStreamTest {

    private static final Duration IDLE = Duration.ofMinutes(2);

    private final Time time = new Time();
    private final List<EdgeException> ends = new ArrayList<>();
    private final WatchedStream stream = new WatchedStream(time, IDLE, new Ends(), receiver -> new Mute());

    @Test
    void isGivenUpInTimeHoweverOftenItHearsThatTheCombinerIsNotSilent() {
        stream.send("1", new RecordBody.StatusLine("line", LogLevel.INFO, "", Instant.EPOCH));
        for (int i = 0; i < 4; i++) {
            time.pass(IDLE.dividedBy(4));
            stream.hold(false);
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    void isNotGivenUpWhileTheCombinerIsSilentAltogether() {
        stream.send("1", new RecordBody.StatusLine("line", LogLevel.INFO, "", Instant.EPOCH));
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
            throw new AssertionError("nothing is acknowledged");
        }

        @Override
        public void ended(EdgeException reason) {
            ends.add(reason);
        }
    }

    private static final class Mute implements WatchedStream.Breakable {

        @Override
        public void send(String recordId, RecordBody record) {}

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
