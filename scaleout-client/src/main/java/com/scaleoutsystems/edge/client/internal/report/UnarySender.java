package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Release;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.ModelUploads;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Sends records by calls of their own, one after the other; uploads the model first where a record has one. */
final class UnarySender extends Sender {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** A server that has lost a model this often will lose the next one, too, and models are large. */
    private static final int MOST_UPLOADS = 3;

    private final BlobStore blobs;
    private final ModelUploads uploads;
    private final FewLines lines;
    private @Nullable OutboxRecord inFlight;

    /** The result whose failure has been logged: in an outage it fails again and again. */
    private String logged = "";

    UnarySender(Env env, Strand strand, Source source, RecordRate rate, BlobStore blobs, ModelUploads uploads) {
        super(env, strand, source, rate);
        this.blobs = blobs;
        this.uploads = uploads;
        this.lines = new FewLines(env, LOG);
    }

    @Override
    int room() {
        return inFlight == null ? 1 : 0;
    }

    @Override
    void send(CombinerTransport transport, OutboxRecord record, RecordBody body) {
        inFlight = record;
        CombinerTransport combiner = CombinerTransport.carrying(source().headers(record), transport);
        if (body instanceof RecordBody.ModelUpdate update) {
            Double seconds = record.uploadSeconds();
            if (seconds == null) {
                openPinned(combiner, record, update);
            } else {
                announce(combiner, record, update.uploadedIn(seconds));
            }
        } else {
            announce(combiner, record, body);
        }
    }

    private void openPinned(CombinerTransport combiner, OutboxRecord record, RecordBody.ModelUpdate update) {
        String id = record.modelId().orElse(update.updateId());
        when(record, () -> CompletableFuture.supplyAsync(() -> blobs.open(id), env().io()), (model, error) -> {
            if (error != null) {
                failedNow(record, unreadable(id, error));
            } else if (model == null || model.isEmpty()) {
                failedNow(
                        record,
                        new EdgeException(
                                ErrorCode.DATA_LOSS, "the trained model " + id + " is gone from the state directory"));
            } else {
                upload(combiner, record, update, model.get());
            }
        });
    }

    private void upload(
            CombinerTransport combiner, OutboxRecord record, RecordBody.ModelUpdate update, ScaleoutModel model) {
        when(record, () -> uploads.upload(combiner, model).result(), (time, error) -> {
            Release.later(env(), model::close);
            if (time == null) {
                failedNow(record, error);
                return;
            }
            double seconds = time.toNanos() / 1e9;
            record.uploadedIn(seconds);
            if (!source().mayGo(record)) {
                inFlight = null;
                source().comeBack(record);
                return;
            }
            announce(combiner, record, update.uploadedIn(seconds));
        });
    }

    private void announce(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        source().sent(record);
        when(record, () -> combiner.send(record.id(), body), (done, error) -> {
            if (error != null) {
                failedNow(
                        record,
                        record.uploads() > 0 && isNotFound(error) ? lost(record, SendFailures.of(error)) : error);
                return;
            }
            inFlight = null;
            delivered(List.of(record));
            proceed();
        });
    }

    @Override
    void ended(OutboxRecord record, @Nullable Throwable failure) {
        if (inFlight == record) {
            inFlight = null;
            record.correlationId()
                    .filter(task -> !task.equals(logged) && !FailureKind.isForGood(SendFailures.of(failure)))
                    .ifPresent(task -> logRetry(task, failure));
            failed(record, failure);
        }
    }

    private void logRetry(String task, @Nullable Throwable failure) {
        logged = task;
        lines.info(
                "the result of task {} could not be sent: {}; the client tries again",
                task,
                Failures.describe(failure));
    }

    private void failedNow(OutboxRecord record, @Nullable Throwable failure) {
        ended(record, failure);
        proceed();
    }

    private static boolean isNotFound(Throwable error) {
        return error instanceof EdgeException known && known.code() == ErrorCode.NOT_FOUND;
    }

    /** What the disk or the memory does not allow now may go later: the record steps aside. A damaged file stays damaged. */
    private static EdgeException unreadable(String modelId, Throwable error) {
        EdgeException known = SendFailures.of(error);
        return new EdgeException(
                known.code(),
                "the trained model " + modelId + " cannot be read from the state directory: " + known.getMessage(),
                error,
                known.code() == ErrorCode.IO || known.code() == ErrorCode.RESOURCE_EXHAUSTED,
                1);
    }

    /** The server has lost the model since it was uploaded: that is repeated, but not for ever. */
    private static EdgeException lost(OutboxRecord record, EdgeException error) {
        record.modelIsLost();
        boolean again = record.uploads() < MOST_UPLOADS;
        return new EdgeException(
                error.code(),
                again
                        ? String.valueOf(error.getMessage())
                        : "given up, for the server has lost the model " + record.uploads()
                                + " times after it was uploaded: " + error.getMessage(),
                error,
                again,
                record.uploads());
    }
}
