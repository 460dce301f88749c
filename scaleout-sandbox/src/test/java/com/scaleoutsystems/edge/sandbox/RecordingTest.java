package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private static final Duration PATIENCE = ScriptedClient.PATIENCE;

    private final Sandbox sandbox = Sandbox.builder().start();
    private final Recording recording = sandbox.recording();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void callsStandInTheOrderOfTheirArrival() {
        client.announce("Connect");
        client.poll();
        client.announce("Disconnect");
        assertThat(recording.calls())
                .extracting(RecordedCall::rpc)
                .containsExactly("Announce", "PollAndReportAsync", "Announce");
        assertThat(recording.calls("Announce")).hasSize(2);
        assertThat(recording.calls()).extracting(RecordedCall::time).isSorted();
    }

    @Test
    void whatCameBeforeIsNotMissed() {
        client.announce("Connect");
        assertThat(recording.await(Recorded.Announcement.class, 1, Duration.ZERO))
                .hasSize(1);
        assertThat(recording.awaitCalls("Announce", 1, Duration.ZERO)).hasSize(1);
    }

    @Test
    void whatComesLaterWakesWhoWaits() throws Exception {
        CompletableFuture<List<Recorded.Announcement>> kind =
                CompletableFuture.supplyAsync(() -> recording.await(Recorded.Announcement.class, 2, PATIENCE));
        CompletableFuture<String> found = CompletableFuture.supplyAsync(() -> recording.await(
                "a client that leaves",
                PATIENCE,
                all -> all.announcements().stream()
                        .map(Recorded.Announcement::type)
                        .filter("Disconnect"::equals)
                        .findFirst()));
        client.announce("Connect");
        client.announce("Disconnect");
        assertThat(kind.get(60, TimeUnit.SECONDS)).hasSize(2);
        assertThat(found.get(60, TimeUnit.SECONDS)).isEqualTo("Disconnect");
    }

    @Test
    void waitingInVainSaysForWhat() {
        client.announce("Connect");
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> recording.await(Recorded.Announcement.class, 2, Duration.ofMillis(1)))
                .withMessage("Waited 0.001 s in vain for 2 of Announcement, 1 came")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> recording.awaitCalls("SendStatus", 1, Duration.ZERO))
                .withMessageContaining("1 calls of SendStatus, 0 came");
    }

    @Test
    void interruptOfWhoWaitsIsKept() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> recording.await(Recorded.Announcement.class, 1, PATIENCE))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void snapshotStaysAsItWas() {
        client.announce("Connect");
        List<RecordedCall> before = recording.calls();
        recording.clear();
        assertThat(before).hasSize(1);
        assertThat(recording.calls()).isEmpty();
        assertThat(recording.announcements()).isEmpty();
    }
}
