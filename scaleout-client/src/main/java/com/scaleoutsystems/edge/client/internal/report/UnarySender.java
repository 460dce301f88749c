package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.TransferDirection;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.ProgressMeter;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Sends records by calls of their own, one after the other; uploads the model first where a record has one. */
final class UnarySender extends Sender {

    private final BlobStore blobs;
    private final Events events;

    /** Announcements whose model this combiner has, by record. */
    private final Map<String, RecordBody.ModelUpdate> uploaded = new HashMap<>();

    private boolean inFlight;

    UnarySender(Env env, Strand strand, Source source, BlobStore blobs, Events events) {
        super(env, strand, source);
        this.blobs = blobs;
        this.events = events;
    }

    @Override
    int room() {
        return inFlight ? 0 : 1;
    }

    @Override
    void send(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        inFlight = true;
        RecordBody.ModelUpdate done = uploaded.get(record.id());
        if (done != null) {
            announce(combiner, record, done);
        } else if (body instanceof RecordBody.ModelUpdate update) {
            openPinned(combiner, record, update);
        } else {
            announce(combiner, record, body);
        }
    }

    private void openPinned(CombinerTransport combiner, OutboxRecord record, RecordBody.ModelUpdate update) {
        String id = record.modelId().orElse(update.updateId());
        strand().when(CompletableFuture.supplyAsync(() -> blobs.open(id), env().io()), (model, error) -> {
            if (error != null) {
                ended(record, forNow(error));
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
        ProgressMeter meter = new ProgressMeter(
                events, env(), TransferDirection.UPLOAD, update.updateId(), OptionalLong.of(model.size()));
        strand().when(combiner.upload(model, meter), (done, error) -> {
            long bytes = model.size();
            model.close();
            if (error != null) {
                ended(record, error);
                return;
            }
            meter.done(bytes);
            RecordBody.ModelUpdate announcement =
                    update.uploadedIn(meter.elapsed().toNanos() / 1e9);
            uploaded.put(record.id(), announcement);
            announce(combiner, record, announcement);
        });
    }

    private void announce(CombinerTransport combiner, OutboxRecord record, RecordBody body) {
        source().sent(record);
        strand().when(combiner.send(record.id(), body), (done, error) -> {
            if (error != null) {
                ended(record, record.modelId().isPresent() && isNotFound(error) ? forNow(error) : error);
                return;
            }
            inFlight = false;
            uploaded.remove(record.id());
            delivered(List.of(record));
            proceed();
        });
    }

    private void ended(OutboxRecord record, Throwable error) {
        inFlight = false;
        EdgeException known = asEdgeException(error);
        if (isNotFound(known) || !known.retryable()) {
            uploaded.remove(record.id());
        }
        failed(record, error);
        proceed();
    }

    private static boolean isNotFound(Throwable error) {
        return error instanceof EdgeException known && known.code() == ErrorCode.NOT_FOUND;
    }

    /**
     * A failure that may pass: this machine cannot open the file, or the server has lost the model since it was uploaded, which is
     * then repeated. The record steps aside, and is given up after some attempts.
     */
    private static EdgeException forNow(Throwable error) {
        EdgeException known = asEdgeException(error);
        return new EdgeException(known.code(), String.valueOf(known.getMessage()), error, true, 1);
    }
}
