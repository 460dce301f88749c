package com.scaleoutsystems.edge.client.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For each promise on failures: if the client had a bug that breaks it, a test would fail. The bug is planted in a copy of one source
 * file, and the test runs with the class that is compiled from it.
 */
@Tag("once")
@Timeout(60)
class PlantedBugsTest {

    private static final String CLIENT = "com.scaleoutsystems.edge.client.";

    @TempDir
    Path folder;

    /**
     * A bug.
     *
     * @param promise what it breaks
     * @param type the class with the bug
     * @param code the code in its source, without the bug
     * @param bug the code with the bug
     * @param test the test that finds it
     * @param finding words of the test's failure
     */
    private record Bug(String promise, String type, String code, String bug, String test, String finding) {

        @Override
        public String toString() {
            return promise;
        }
    }

    static Stream<Bug> bugs() {
        return Stream.of(
                new Bug(
                        "a web page is not the combiner's word",
                        "internal.wire.CombinerAnswers",
                        "if (AnswerMark.isGrpc(trailers)) {",
                        "if (true) {",
                        "internal.wire.WhoAnsweredTest#aWebPageIsNobodysVerdictOnAnyCallOrStream(int)",
                        "ProxyAnswerException"),
                new Bug(
                        "a record that can never pass is not tried again",
                        "internal.report.Sender",
                        "if (FailureKind.isForGood(error)) {",
                        "if (false) {",
                        "simulation.RefusedRecordsTest#anErrorThatCannotPassEndsTheRecordAtOnceWhateverItsCode("
                                + "com.scaleoutsystems.edge.ErrorCode)",
                        "expected: 1"),
                new Bug(
                        "the success of one call does not end the pause that another call has earned",
                        "internal.core.Pauses",
                        "if (timer != null && earnedEnd - end < 0) {",
                        "earnedEnd = env.nanos(); if (timer != null) {",
                        "simulation.PausesTest#whatAWaysOwnFailuresHaveEarnedNoSuccessElsewhereCutsShort()",
                        "between"),
                new Bug(
                        "a connection that died silently is replaced",
                        "internal.wire.WatchedChannel",
                        "orKeep(() -> ifSilent(silent, () -> replace(silent, opened)));",
                        "keep();",
                        "internal.wire.WatchedChannelTest#connectionThatDiedIsReplacedAndItsCallsEnd()",
                        "the condition does not hold after"),
                new Bug(
                        "a stream waits for the acknowledgement of each record",
                        "internal.wire.WatchedStream",
                        "recordIds.forEach(waiting::remove);",
                        "waiting.stream().limit(recordIds.size()).toList().forEach(waiting::remove);",
                        "internal.wire.WatchedStreamTest"
                                + "#isGivenUpIfTheCombinerAcknowledgesOneRecordAsOftenAsThereAreRecords()",
                        "Expected size: 1 but was: 0"),
                new Bug(
                        "no task trains twice because the clock was set",
                        "internal.task.TaskLedger",
                        "forgetOldest(batch);",
                        """
                        record Latest() {
                            static java.time.Instant end = java.time.Instant.MAX;
                        }
                        if (entry.completedAt() != null) {
                            if (Latest.end.isBefore(entry.completedAt().minusSeconds(7 * 24 * 60 * 60))) {
                                told.remove(told.oldest());
                            }
                            Latest.end = entry.completedAt();
                        }
                        """,
                        "simulation.LedgerTest#aClockThatIsSetMakesNoTaskRunTwice()",
                        "after a step of PT216H"),
                new Bug(
                        "an id that no answer has room for does not silence the client",
                        "internal.task.TaskTexts",
                        "return text.length() > MOST_BYTES || Utf8.length(text) > MOST_BYTES;",
                        "return text.length() > MOST_BYTES;",
                        "simulation.LongTextsTest#aTaskWhoseIdIsTooLongIsIgnoredAndTheOthersAreReported()",
                        "only following keys"),
                new Bug(
                        "an exception that cannot be read ends its task",
                        "internal.check.Failures",
                        """
                                } catch (Throwable unreadable) {
                                    return "";
                        """,
                        """
                                } catch (NullPointerException unreadable) {
                                    return "";
                        """,
                        "simulation.UnreadableFailuresTest#aCallbackIsToldFailedWithTheClassOfItsException()",
                        "this exception has no message"),
                new Bug(
                        "a flooded client lets the others of its JVM have their turn",
                        "internal.core.SerialExecutor",
                        "tasks < MOST_TASKS && nanos.getAsLong() - start < SLICE.toNanos()",
                        "tasks < Integer.MAX_VALUE",
                        "internal.core.SerialExecutorTest#stepsThatTakeNoTimeEndTheSliceByTheirNumber()",
                        "but was: 1000"),
                new Bug(
                        "a listener that blocks holds up nothing else",
                        "internal.core.ListenerQueue",
                        "threads.execute(this::tellAll);",
                        "tellAll();",
                        "internal.core.ListenerQueueTest#aListenerThatBlocksHoldsUpNoOther()",
                        "NoSuchElementException"),
                new Bug(
                        "what waits for a receipt holds up no other receipt",
                        "internal.core.OvertakingExecutor",
                        "overtake(current, lines);",
                        ";",
                        "internal.core.OvertakingExecutorTest#aCallThatWaitsForALaterOneIsOvertakenByIt()",
                        "could not find the following elements"),
                new Bug(
                        "a pin counts on the way to the trusted certificate only",
                        "internal.net.PinnedTrust",
                        "if (path(sent).stream()",
                        "if (List.of(sent).stream()",
                        "network.TlsTest#aPinnedCertificateThatTheServerOnlySendsAlongOpensNothing()",
                        "but was instance of"),
                new Bug(
                        "no token that a server quotes is shown",
                        "internal.check.ServerText",
                        "return word.startsWith(BEGINNING_OF_CLAIMS) || word.contains(\".\" + BEGINNING_OF_CLAIMS);",
                        "return false;",
                        "internal.check.ServerTextTest#tokensAreLeftOut()",
                        "not to contain"),
                new Bug(
                        "nothing is called durable in a directory that is gone",
                        "internal.state.MvStateStore",
                        "isKept = false;",
                        "isKept = true;",
                        "internal.state.StateDirectoryTest#aClientWhoseDirectoryIsGonePromisesNothingAndLives()",
                        "DURABLE"),
                new Bug(
                        "a copied state directory is noticed",
                        "internal.state.StatePlace",
                        "if (differ(path, former.path)) {",
                        "if (false) {",
                        "internal.state.StateDirectoryTest#aClientOnACopiedDirectoryWarnsOnceAndWorks()",
                        "Expected size: 1 but was: 0"),
                new Bug(
                        "a client that starts while its network is away joins later",
                        "internal.lifecycle.JoinAttempts",
                        "&& ((error instanceof EdgeException known && known.retryable()) || Memory.ranOut(error));",
                        "&& Memory.ranOut(error);",
                        "simulation.NetworkAwayTest#aClientWhoseApiIsAwayForAnHourJoinsWhenItIsBack()",
                        "not to be done"),
                new Bug(
                        "a class that does not fit is no answer about a record",
                        "internal.report.SendFailures",
                        "if (failure != null && Misfits.explain(failure)) {",
                        "if (false) {",
                        "simulation.MisfitTest#recordsOfAStreamWaitUntilItCanBeOpened()",
                        "these elements did not"),
                new Bug(
                        "an abort reaches a callback that waits for a thread of the host's executor",
                        "internal.core.ExecutorJob",
                        "return decide();",
                        "return false;",
                        "simulation.HostExecutorTest#abortOfACallbackThatWaitsForAThreadEndsItsTaskAtOnce()",
                        "Expecting empty but was"),
                new Bug(
                        "a client with many waiting records sends the first before it has read the last",
                        "internal.report.Restoration",
                        "if (keys.size() == ROWS_AT_ONCE || (bytes > BYTES_AT_ONCE && !keys.isEmpty())) {",
                        "if (keys.size() == unread.size()) {",
                        "simulation.RestorationTest#sendingBeginsWithTheFirstRowsWhileTheOthersAreRead()",
                        "to be greater than"));
    }

    /** All these tests pass otherwise: they run in the same build. */
    @ParameterizedTest
    @MethodSource("bugs")
    void aPlantedBugIsFound(Bug bug) throws IOException {
        ChangedClient client = new ChangedClient(folder);
        client.change(CLIENT + bug.type(), bug.code(), bug.bug());

        assertThat(client.failures(CLIENT + bug.test()))
                .singleElement()
                .satisfies(failure -> assertThat(failure).contains(bug.finding()));
    }

    @Test
    void aTestOfTheWholeClientPassesInACopyWithoutBugs() {
        ChangedClient client = new ChangedClient(folder);

        assertThat(client.failures(
                        CLIENT + "internal.state.StateDirectoryTest#aClientOnACopiedDirectoryWarnsOnceAndWorks()"))
                .isEmpty();
    }
}
