package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record on its way to the server. Its content may be in the store only. Lives on the client's strand. */
public final class OutboxRecord extends Scheduled {

    /** Ids, time stamps and names of fields in the store. */
    private static final int HEADER_BYTES = 300;

    /**
     * What never changes and stays in memory when the content does not.
     *
     * @param id the same in each attempt and after a restart
     * @param traits what it has in common with all of its kind
     * @param bytes about how much room it takes
     * @param loggedAt when it was logged
     * @param correlationId the task whose result it is, if it is one
     * @param modelId the pinned model that must be uploaded first, if there is one
     */
    record Header(
            String id,
            RecordBody.Traits traits,
            int bytes,
            Instant loggedAt,
            @Nullable String correlationId,
            @Nullable String modelId) {

        /** The header of a record with this content. */
        static Header of(
                String id,
                RecordBody body,
                Instant loggedAt,
                @Nullable String correlationId,
                @Nullable String modelId) {
            return new Header(id, body.traits(), HEADER_BYTES + body.size(), loggedAt, correlationId, modelId);
        }
    }

    /** How far the record has come. */
    enum Phase {
        /** The outbox is writing it down. */
        STORING,
        /** It waits or is under way. */
        SENDING,
        /** Its outcome is known. */
        SETTLED
    }

    private final Header header;
    private final @Nullable Receipt receipt;
    private @Nullable RecordBody body;
    private long sequence;
    private int failures;
    private int late;
    private int passedOver;
    private int unlucky;

    /** When its last attempt began, in nanoseconds. */
    private long begunAt;

    private @Nullable Long failedAt;
    private @Nullable Double uploadSeconds;
    private int uploads;
    private boolean kept;
    private boolean withoutRow;
    private Phase phase = Phase.STORING;

    OutboxRecord(Header header, String priorityClass, long since, RecordBody body, @Nullable Receipt receipt) {
        super(priorityClass, since);
        this.header = header;
        this.body = body;
        this.receipt = receipt;
    }

    String id() {
        return header.id();
    }

    RecordKind kind() {
        return header.traits().kind();
    }

    Instant loggedAt() {
        return header.loggedAt();
    }

    Optional<String> correlationId() {
        return Optional.ofNullable(header.correlationId());
    }

    Optional<String> modelId() {
        return Optional.ofNullable(header.modelId());
    }

    Optional<Receipt> receipt() {
        return Optional.ofNullable(receipt);
    }

    /** Its content, unless that is in the store only. */
    @Nullable
    RecordBody body() {
        return body;
    }

    void body(@Nullable RecordBody content) {
        body = content;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase now) {
        phase = now;
    }

    /** Whether its content counts among what is kept in memory. */
    boolean isKept() {
        return kept;
    }

    void kept(boolean now) {
        kept = now;
    }

    /** Whether it is in memory only, since the disk refused it. */
    boolean isWithoutRow() {
        return withoutRow;
    }

    void hasNoRow() {
        withoutRow = true;
    }

    /** The result of a task is never dropped for lack of room. */
    @Override
    boolean isDisplaceable() {
        return header.correlationId() == null;
    }

    /** Its place in the order in which records were written down, unique in the outbox. */
    long sequence() {
        return sequence;
    }

    void sequence(long number) {
        sequence = number;
    }

    /** Its key in the store; keys grow with the sequence. */
    String key() {
        return key(sequence);
    }

    static String key(long sequence) {
        return HexFormat.of().toHexDigits(sequence);
    }

    /** How often it failed for a reason that may lie in itself. */
    int failures() {
        return failures;
    }

    void failures(int count) {
        failures = count;
    }

    /** An attempt to send it begins, at this time. */
    void begins(long now) {
        begunAt = now;
    }

    /** Whether its last attempt began before this time. */
    boolean wasBegunBefore(long time) {
        return begunAt - time < 0;
    }

    /** It steps aside for a reason that does not lie in itself, which is never a reason to give it up: how often by now. */
    int passedOverOnceMore() {
        return ++passedOver;
    }

    /** It steps aside because the combiner did not answer in time: how often by now. The waits for this reason grow longer than others. */
    int lateOnceMore() {
        return ++late;
    }

    /**
     * The network failed it.
     *
     * @param othersAnswered when another call was answered last
     * @param now when this attempt failed, by the same clock
     * @return how often another call was answered between two such failures
     */
    int unlucky(long othersAnswered, long now) {
        Long former = failedAt;
        if (former != null && othersAnswered - former > 0) {
            unlucky++;
        }
        failedAt = now;
        return unlucky;
    }

    /** How long the upload of its model took; null as long as the combiner does not have it. */
    @Nullable
    Double uploadSeconds() {
        return uploadSeconds;
    }

    /** The combiner has its model. */
    void uploadedIn(double seconds) {
        uploadSeconds = seconds;
        uploads++;
    }

    /** The combiner has lost its model again. */
    void modelIsLost() {
        uploadSeconds = null;
    }

    /** How often its model was uploaded in this process. */
    int uploads() {
        return uploads;
    }

    /** What listeners learn of it. */
    RecordInfo info() {
        RecordInfo info = RecordInfo.of(header.id(), kind(), priorityClass());
        if (body != null) {
            info = info.withKey(body.key());
            String payload = body.payload();
            info = payload == null ? info : info.withPayload(payload);
        }
        return info;
    }

    /** The way that it goes. */
    RecordBody.Route route() {
        return header.traits().route();
    }

    @Override
    int routeNumber() {
        return route().number();
    }

    @Override
    long bytes() {
        return header.bytes();
    }

    @Override
    int compareInOrder(Scheduled other) {
        return other instanceof OutboxRecord record ? Long.compare(sequence, record.sequence) : 0;
    }

    @Override
    public String toString() {
        return kind() + " " + header.id();
    }
}
