package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.ModelUploads;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends records by calls of their own, one after the other; uploads the model first where a record has one. */
final class UnarySender extends Sender {

    /** A server that has lost a model this often will lose the next one, too, and models are large. */
    private static final int MOST_UPLOADS = 3;

    private final BlobStore blobs;
    private final ModelUploads uploads;
    private boolean inFlight;

    UnarySender(Env env, Strand strand, Source source, BlobStore blobs, ModelUploads uploads) {
        super(env, strand, source);
        this.blobs = blobs;
        this.uploads = uploads;
    }

    @Override
    int room() {
        return inFlight ? 0 : 1;
    }

    @Override
    void send(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        inFlight = true;
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
        strand().when(CompletableFuture.supplyAsync(() -> blobs.open(id), env().io()), (model, error) -> {
            if (error != null) {
                ended(record, unreadable(id, error));
            } else if (model == null || model.isEmpty()) {
                ended(
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
        strand().when(uploads.upload(combiner, model), (time, error) -> {
            model.close();
            if (time == null) {
                ended(record, error);
                return;
            }
            double seconds = time.toNanos() / 1e9;
            record.uploadedIn(seconds);
            announce(combiner, record, update.uploadedIn(seconds));
        });
    }

    private void announce(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        source().sent(record);
        strand().when(combiner.send(record.id(), body), (done, error) -> {
            if (error != null) {
                ended(record, record.uploads() > 0 && isNotFound(error) ? lost(record, asEdgeException(error)) : error);
                return;
            }
            inFlight = false;
            delivered(List.of(record));
            proceed();
        });
    }

    private void ended(OutboxRecord record, Throwable error) {
        inFlight = false;
        failed(record, error);
        proceed();
    }

    private static boolean isNotFound(Throwable error) {
        return error instanceof EdgeException known && known.code() == ErrorCode.NOT_FOUND;
    }

    /** What the disk or the memory does not allow now may go later: the record steps aside. A damaged file stays damaged. */
    private static EdgeException unreadable(String modelId, Throwable error) {
        EdgeException known = asEdgeException(error);
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
