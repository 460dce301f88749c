package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.Experimental;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a {@link Fault} does. {@code docs/testing.md} has a table of all kinds.
 *
 * @since 0.1.0
 */
@Experimental
public enum FaultKind {
    /** The server refuses a call with an error code, and does nothing. In an open stream of records it refuses the next record. */
    ERROR,
    /**
     * The server never answers a call, and does nothing. The call stays open; of the calls to the API without an answer, the sandbox
     * keeps the newest 100 open. In an open stream of records, a record is lost.
     */
    NO_ANSWER,
    /**
     * The server acts on a call, and its answer is lost: the client gets an error code instead, or nothing if the fault has no
     * code. In an open stream this is lost: an acknowledgement, or a pushed task, which comes again after a second.
     */
    LOST_ANSWER,
    /** The server acts on a call at once and answers late. A download begins late. In an open stream, each answer counts. */
    LATE_ANSWER,
    /** The answer is larger than clients accept. */
    OVERSIZED_ANSWER,
    /** A download ends with the checksum of another model. */
    WRONG_CHECKSUM,
    /** A download ends without a checksum. */
    MISSING_CHECKSUM,
    /** A download ends early, as if it were complete, with the checksum of the whole model. */
    TRUNCATED_DOWNLOAD,
    /** The model service reads an upload, does not keep it, and answers {@code FAILED}. */
    REFUSED_UPLOAD,
    /** A stream of records gets an acknowledgement twice. */
    DOUBLED_ACKNOWLEDGEMENT,
    /** A stream of records gets an acknowledgement of records that the client has never sent, in place of the right one. */
    WRONG_ACKNOWLEDGEMENT,
    /** The client gets a task twice. */
    DOUBLED_TASK,
    /** The client gets a task after those that follow it, or at the latest with the next poll. */
    REORDERED_TASK,
    /** The client also gets a task that makes no sense. The seed of the plan decides what it holds. */
    GARBAGE_TASK,
    /** When a call comes, all access tokens that the sandbox has issued expire. */
    EXPIRED_TOKENS,
    /** When a call comes, all tokens that the sandbox has issued become invalid for good, also refresh tokens and API keys. */
    REVOKED_TOKENS,
    /** When a call comes, the combiner restarts at its port. Tasks, models and sessions survive. */
    COMBINER_RESTART,
    /** When a call comes, the combiner restarts at another port. The API assigns this port from then on. */
    COMBINER_MOVE,
    /** When a call comes, the servers get another certificate of the same authority, and the combiner restarts with it. */
    CHANGED_CERTIFICATE,
    /** A connection is reset. The client and the server get an error at once. */
    RESET,
    /** A connection is closed in an orderly way. */
    CLOSED_CONNECTION,
    /** A connection swallows all that is sent over it, and neither side learns of it. */
    HALF_OPEN,
    /** All that is sent over a connection arrives late. */
    LATENCY,
    /** A connection passes a limited number of bytes in a second. */
    BANDWIDTH;

    /**
     * Whether the fault strikes connections, and not calls.
     *
     * @return true for the last five kinds
     */
    public boolean strikesConnections() {
        return switch (this) {
            case RESET, CLOSED_CONNECTION, HALF_OPEN, LATENCY, BANDWIDTH -> true;
            default -> false;
        };
    }

    /**
     * The name in JSON and in stories.
     *
     * @return for example {@code no-answer}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The kind with a name.
     *
     * @param text for example {@code no-answer}
     * @return the kind
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static FaultKind parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no kind of fault " + text + "; there are "
                        + Arrays.stream(values()).map(FaultKind::text).toList()));
    }
}
