package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one combiner in the SDK's own terms. Each method makes one attempt, never blocks and never throws; retries belong to
 * the callers. Stages fail with {@link com.scaleoutsystems.edge.EdgeException} and may complete on any thread.
 */
public interface CombinerTransport {

    /**
     * The same transport, whose transfers and calls for single records carry these headers, too.
     *
     * @param headers legal names and values of metadata; at least one
     */
    default CombinerTransport with(Map<String, String> headers) {
        return this;
    }

    /** This transport itself if there are no headers, as for each task that nobody traces, and {@link #with} them otherwise. */
    static CombinerTransport carrying(Map<String, String> headers, CombinerTransport transport) {
        return headers.isEmpty() ? transport : transport.with(headers);
    }

    /** Tells that the client connects or leaves, or asks whether its version will do. */
    CompletionStage<Hello> announce(Announcement what);

    /** The dialect that the client speaks with this combiner now. */
    Dialect dialect();

    /** Whether the host has said which dialect the combiner speaks, or an answer of its own has. */
    boolean knowsDialect();

    /** Reports tasks and fetches new ones. */
    CompletionStage<Polled> poll(Poll poll);

    /**
     * Has tasks pushed.
     *
     * @param receiver receives the tasks and the end of the stream
     */
    TaskPush subscribe(TaskPush.Receiver receiver);

    /**
     * Fetches a model, checked against the checksum that the combiner gives.
     *
     * @param modelId the model asked for; the one that comes must have this id
     * @param progress receives the number of bytes so far, on one thread at a time
     * @return the model, which the caller closes
     */
    Transfer<ReceivedModel> download(String modelId, LongConsumer progress);

    /**
     * Stores a model at the combiner under its id.
     *
     * @param model the model; must stay open until the stage is done
     * @param progress receives the number of sent bytes so far, on one thread at a time
     */
    Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress);

    /**
     * Sends one record by a call of its own; done means acknowledged.
     *
     * @param recordId the same in each attempt
     */
    CompletionStage<@Nullable Void> send(String recordId, RecordBody record);

    /** Whether records of this kind travel on a stream, as far as that is known; they are sent by calls of their own otherwise. */
    boolean streams(RecordKind kind);

    /**
     * Opens a stream for records of one kind.
     *
     * @param receiver receives the acknowledgements and the end of the stream
     */
    RecordStream open(RecordKind kind, RecordStream.Receiver receiver);

    /**
     * Tells that the client lives.
     *
     * @param interval when to expect the next one
     */
    CompletionStage<@Nullable Void> heartbeat(Duration interval);

    /**
     * Tells how much is still to be sent.
     *
     * @param waiting how many records wait
     * @param dropped how many were dropped so far
     * @param oldestAge how old the oldest is that waits
     */
    CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge);

    /** Breaks off whatever is under way and lets go of the connection. */
    void close();

    /** After trouble: connect again now rather than when the connection's own backoff is over. */
    void reconnectNow();

    /**
     * A model that came.
     *
     * @param model the model; whoever takes it closes it
     * @param checksum what the combiner says its SHA-256 is, and it is; empty if the combiner says nothing
     */
    record ReceivedModel(ScaleoutModel model, Optional<String> checksum) {}

    /** What can be announced. */
    enum Announcement {
        /** The client takes part from now on. */
        CONNECT("Connect"),
        /** The client leaves. */
        DISCONNECT("Disconnect"),
        /** Asks whether the client's version will do. */
        VERSION_CHECK("VersionCheck");

        private final String wireName;

        Announcement(String wireName) {
            this.wireName = wireName;
        }

        /** Its name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * The answer to an announcement.
     *
     * @param compatible whether the versions fit; false only after a failed version check
     * @param serverVersion the server's version if the server sent it, or empty
     * @param message what the server said
     */
    record Hello(boolean compatible, String serverVersion, String message) {}

    /**
     * One poll.
     *
     * @param reports all tasks that the client holds
     * @param interval when to expect the next poll
     * @param skipTasks whether the client wants no new task now
     */
    record Poll(List<TaskReport> reports, Duration interval, boolean skipTasks) {}

    /**
     * What a poll brought.
     *
     * @param tasks new tasks, and wishes that tasks stop
     * @param told those of the reports that the combiner has now
     */
    record Polled(List<TaskRequest> tasks, List<TaskReport> told) {}
}
