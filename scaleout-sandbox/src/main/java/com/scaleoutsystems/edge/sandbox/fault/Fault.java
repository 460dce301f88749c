package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.Experimental;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong: where, what, and how often. A new fault strikes each call that it fits, or each connection to the
 * combiner, until it is removed. The {@code with} methods say where and how often it strikes instead.
 *
 * <pre>{@code
 * Fault.error("UNAVAILABLE").withCall("PollAndReportAsync").withTimes(3)
 * Fault.lostAnswer("UNAVAILABLE").withCall("SendModelUpdate").withClient("client-1").withTimes(1)
 * Fault.latency(Duration.ofMillis(200)).withDuration(Duration.ofSeconds(5))
 * }</pre>
 *
 * <p>Immutable. Two faults are equal if they say the same.
 *
 * @param kind what goes wrong
 * @param call where: a method as the {@linkplain com.scaleoutsystems.edge.sandbox.record.Recording recording} names it, such as
 *     {@code SendModelUpdate} or {@code POST /api/v1/clients/add}; {@link #COMBINER}, {@link #API} or {@link #ANYWHERE}
 * @param clientId whose calls; empty for all clients. Always empty for a fault of connections
 * @param times how many calls or connections it strikes at the most; {@link Integer#MAX_VALUE} for all
 * @param duration for how long after it was added, or null for as long as it is there
 * @param skip how many calls or connections it lets pass before
 * @param probability with which probability it strikes a call or a connection, above 0 and at most 1
 * @param code the error code: the name of a gRPC status, or an HTTP status such as {@code 503}; empty without one
 * @param delay how late an answer or a byte arrives; zero for other kinds
 * @param bytes how many bytes pass before, or in a second, or how large an answer is; 0 for other kinds
 * @param direction which way of a connection suffers; both ways for other kinds
 * @since 0.1.0
 */
@Experimental
public record Fault(
        FaultKind kind,
        String call,
        String clientId,
        int times,
        @Nullable Duration duration,
        int skip,
        double probability,
        String code,
        Duration delay,
        long bytes,
        Direction direction) {

    /** All calls and connections of the combiner, as a {@link #call}. */
    public static final String COMBINER = "combiner";

    /** All calls and connections of the REST API, as a {@link #call}. */
    public static final String API = "api";

    /** All calls, as a {@link #call}. */
    public static final String ANYWHERE = "anywhere";

    private static final Set<String> STATUSES = Set.of(
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private static final Pattern HTTP_STATUS = Pattern.compile("[1-5][0-9]{2}");
    private static final int LOWEST_HTTP_ERROR = 300;
    private static final int HIGHEST_HTTP_ERROR = 599;

    private static final Duration LONGEST_DELAY = Duration.ofDays(1);

    /** The sandbox holds such an answer in memory. */
    private static final long MOST_ANSWER_BYTES = 64L << 20;

    /**
     * Checks the values.
     *
     * @param kind what goes wrong
     * @param call where: a method as the {@linkplain com.scaleoutsystems.edge.sandbox.record.Recording recording} names it, such as
     *     {@code SendModelUpdate} or {@code POST /api/v1/clients/add}; {@link #COMBINER}, {@link #API} or {@link #ANYWHERE}
     * @param clientId whose calls; empty for all clients. Always empty for a fault of connections
     * @param times how many calls or connections it strikes at the most; {@link Integer#MAX_VALUE} for all
     * @param duration for how long after it was added, or null for as long as it is there
     * @param skip how many calls or connections it lets pass before
     * @param probability with which probability it strikes a call or a connection, above 0 and at most 1
     * @param code the error code: the name of a gRPC status, or an HTTP status such as {@code 503}; empty without one
     * @param delay how late an answer or a byte arrives; zero for other kinds
     * @param bytes how many bytes pass before, or in a second, or how large an answer is; 0 for other kinds
     * @param direction which way of a connection suffers; both ways for other kinds
     * @throws IllegalArgumentException if a value is out of its range, or if values do not fit the kind or the call
     */
    public Fault {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(clientId, "clientId");
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(delay, "delay");
        require(times >= 1, "A fault strikes at least 1 time, not " + times);
        require(skip >= 0, "A fault cannot skip " + skip + " calls");
        require(
                duration == null || duration.compareTo(Duration.ZERO) > 0,
                "The duration must be positive: " + duration);
        require(probability > 0 && probability <= 1, "The probability must be above 0 and at most 1: " + probability);
        require(
                !delay.isNegative() && delay.compareTo(LONGEST_DELAY) <= 0,
                "The delay must be from nothing to " + LONGEST_DELAY + ", not " + delay);
        require(bytes >= 0, "The number of bytes must not be negative: " + bytes);
        require(
                bytes <= MOST_ANSWER_BYTES || kind != FaultKind.OVERSIZED_ANSWER,
                "An oversized answer has at most " + MOST_ANSWER_BYTES + " bytes, not " + bytes);
        require(
                FaultCalls.isKnown(call),
                "There is no call " + call + "; there are " + COMBINER + ", " + API + ", " + ANYWHERE + ", "
                        + FaultCalls.ALL);
        require(
                FaultCalls.fits(kind, call),
                "The fault " + kind.text() + " cannot strike " + call
                        + (kind.strikesConnections() ? ", only " + COMBINER + ", " + API + " or " + ANYWHERE : ""));
        require(
                !kind.strikesConnections() || clientId.isEmpty(),
                "A connection does not say whose it is: withClient is for calls");
        require(
                code.isEmpty() || isStatus(code),
                "The code must be a gRPC status or an HTTP status from 300 to 599: " + code);
        require(!code.isEmpty() || kind != FaultKind.ERROR, "The fault error needs a code");
        require(bytes > 0 || kind != FaultKind.BANDWIDTH, "The fault bandwidth needs a number of bytes");
        require(
                code.isEmpty() || FaultCalls.hasCode(call, isHttpError(code)),
                "A call of " + call + " never ends with code " + code);
    }

    /**
     * A fault of a kind that needs no more than its name.
     *
     * @param kind the kind; {@code ERROR} gets the code {@code UNAVAILABLE}, and {@code BANDWIDTH} a byte in a second
     * @return a fault that strikes wherever its kind fits; a fault of connections strikes those to the combiner
     */
    public static Fault of(FaultKind kind) {
        return kind == FaultKind.ERROR ? error("UNAVAILABLE") : of(kind, "", Duration.ZERO, 0);
    }

    private static Fault of(FaultKind kind, String code, Duration delay, long bytes) {
        return new Fault(
                kind,
                defaultCall(kind, code),
                "",
                Integer.MAX_VALUE,
                null,
                0,
                1,
                code,
                delay,
                kind == FaultKind.BANDWIDTH ? Math.max(1, bytes) : bytes,
                Direction.BOTH);
    }

    private static String defaultCall(FaultKind kind, String code) {
        if (kind.strikesConnections() || STATUSES.contains(code)) {
            return COMBINER;
        }
        return code.isEmpty() ? ANYWHERE : API;
    }

    /**
     * The server refuses calls, and does nothing.
     *
     * @param code the name of a gRPC status, for calls of the combiner, or an HTTP status such as {@code 503}, for the API
     * @return a fault of kind {@code ERROR}
     * @throws IllegalArgumentException if there is no such status
     */
    public static Fault error(String code) {
        return of(FaultKind.ERROR, code, Duration.ZERO, 0);
    }

    /**
     * The server acts on calls, and the client gets an error code.
     *
     * @param code the name of a gRPC status, for calls of the combiner, or an HTTP status, for the API
     * @return a fault of kind {@code LOST_ANSWER}
     * @throws IllegalArgumentException if there is no such status
     */
    public static Fault lostAnswer(String code) {
        return of(FaultKind.LOST_ANSWER, code, Duration.ZERO, 0);
    }

    /**
     * The server acts on calls at once, and answers late.
     *
     * @param delay how late
     * @return a fault of kind {@code LATE_ANSWER}
     * @throws IllegalArgumentException if the delay is negative, or longer than a day
     */
    public static Fault lateAnswer(Duration delay) {
        return of(FaultKind.LATE_ANSWER, "", delay, 0);
    }

    /**
     * Answers are larger than they should be.
     *
     * @param bytes by how many bytes; gRPC clients with default settings accept 4 MiB
     * @return a fault of kind {@code OVERSIZED_ANSWER}
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault oversizedAnswer(long bytes) {
        return of(FaultKind.OVERSIZED_ANSWER, "", Duration.ZERO, bytes);
    }

    /**
     * Downloads end early, as if they were complete.
     *
     * @param bytes how many bytes of the model the client gets
     * @return a fault of kind {@code TRUNCATED_DOWNLOAD}
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault truncatedDownload(long bytes) {
        return of(FaultKind.TRUNCATED_DOWNLOAD, "", Duration.ZERO, bytes);
    }

    /**
     * Connections to the combiner are reset (TCP RST).
     *
     * @param bytes how many bytes pass before, both ways together, from when the fault was added; 0 for none
     * @return a fault of kind {@code RESET}
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault reset(long bytes) {
        return of(FaultKind.RESET, "", Duration.ZERO, bytes);
    }

    /**
     * Connections to the combiner are closed in an orderly way (TCP FIN).
     *
     * @param bytes how many bytes pass before, both ways together, from when the fault was added; 0 for none
     * @return a fault of kind {@code CLOSED_CONNECTION}
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault closedConnection(long bytes) {
        return of(FaultKind.CLOSED_CONNECTION, "", Duration.ZERO, bytes);
    }

    /**
     * Connections to the combiner swallow all that is sent over them. When the fault is removed, what was swallowed is lost: the
     * connections that swallowed something are reset.
     *
     * @param bytes how many bytes pass before, both ways together, from when the fault was added; 0 for none
     * @return a fault of kind {@code HALF_OPEN}
     * @throws IllegalArgumentException if the number is negative
     */
    public static Fault halfOpen(long bytes) {
        return of(FaultKind.HALF_OPEN, "", Duration.ZERO, bytes);
    }

    /**
     * What is sent over connections to the combiner arrives late.
     *
     * @param delay how late, each way; the sandbox delays portions of up to 256 KiB one after the other
     * @return a fault of kind {@code LATENCY}
     * @throws IllegalArgumentException if the delay is negative, or longer than a day
     */
    public static Fault latency(Duration delay) {
        return of(FaultKind.LATENCY, "", delay, 0);
    }

    /**
     * Connections to the combiner are slow.
     *
     * @param bytesPerSecond how many bytes pass in a second over each connection, each way
     * @return a fault of kind {@code BANDWIDTH}
     * @throws IllegalArgumentException if the number is below 1
     */
    public static Fault bandwidth(long bytesPerSecond) {
        require(bytesPerSecond > 0, "The bandwidth must be at least 1 byte in a second, not " + bytesPerSecond);
        return of(FaultKind.BANDWIDTH, "", Duration.ZERO, bytesPerSecond);
    }

    /**
     * Says which calls it strikes, or for connections, which server's.
     *
     * @param call a method, {@link #COMBINER}, {@link #API} or {@link #ANYWHERE}
     * @return a copy
     * @throws IllegalArgumentException if there is no such method, or if the fault cannot strike it
     */
    public Fault withCall(String call) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * Says whose calls it strikes. Default: those of all clients.
     *
     * @param clientId the id of a client
     * @return a copy
     * @throws IllegalArgumentException for a fault of connections
     */
    public Fault withClient(String clientId) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * Says how often it strikes. Default: always.
     *
     * @param times how many calls or connections, at least 1
     * @return a copy
     * @throws IllegalArgumentException if the number is below 1
     */
    public Fault withTimes(int times) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * Says for how long it strikes, from when it was added. Default: until it is removed.
     *
     * @param duration positive
     * @return a copy
     * @throws IllegalArgumentException if the duration is not positive
     */
    public Fault withDuration(Duration duration) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * Says how many of the calls or connections that it fits pass before it strikes. Default: 0.
     *
     * @param skip how many
     * @return a copy
     * @throws IllegalArgumentException if the number is negative
     */
    public Fault withSkip(int skip) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * Says with which probability it strikes. Default: 1. The seed of the plan decides which calls are struck: with the same seed
     * the n-th call of a method by a client is struck or not, whatever happens meanwhile.
     *
     * @param probability above 0, at most 1
     * @return a copy
     * @throws IllegalArgumentException if the probability is out of its range
     */
    public Fault withProbability(double probability) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * Says which way of a connection suffers from {@code HALF_OPEN}, {@code LATENCY} or {@code BANDWIDTH}. Default: both ways.
     *
     * @param direction which way
     * @return a copy
     */
    public Fault withDirection(Direction direction) {
        return new Fault(kind, call, clientId, times, duration, skip, probability, code, delay, bytes, direction);
    }

    /**
     * The fault in a line, for example {@code error UNAVAILABLE, SendModelUpdate, 3 times}.
     *
     * @return what it does, where, and how often
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(what()).append(", ").append(call);
        if (!clientId.isEmpty()) {
            text.append(" of ").append(clientId);
        }
        if (times != Integer.MAX_VALUE) {
            text.append(", ").append(times).append(times == 1 ? " time" : " times");
        }
        if (duration != null) {
            text.append(", for ").append(duration.toMillis()).append(" ms");
        }
        if (skip > 0) {
            text.append(", after ").append(skip);
        }
        if (probability < 1) {
            text.append(", with probability ").append(probability);
        }
        return text.toString();
    }

    /**
     * What it does, without where and how often.
     *
     * @return for example {@code error UNAVAILABLE} or {@code latency of 200 ms}
     */
    public String what() {
        StringBuilder text = new StringBuilder(kind.text());
        if (!code.isEmpty()) {
            text.append(' ').append(code);
        }
        if (!delay.isZero()) {
            text.append(" of ").append(delay.toMillis()).append(" ms");
        }
        if (bytes > 0) {
            text.append(kind == FaultKind.BANDWIDTH ? " of " : " after ")
                    .append(bytes)
                    .append(" bytes");
        }
        if (direction != Direction.BOTH) {
            text.append(direction == Direction.TO_SERVER ? " to the server" : " to the client");
        }
        return text.toString();
    }

    private static boolean isStatus(String code) {
        return STATUSES.contains(code) || isHttpError(code);
    }

    private static boolean isHttpError(String code) {
        if (!HTTP_STATUS.matcher(code).matches()) {
            return false;
        }
        int status = Integer.parseInt(code);
        return status >= LOWEST_HTTP_ERROR && status <= HIGHEST_HTTP_ERROR;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
