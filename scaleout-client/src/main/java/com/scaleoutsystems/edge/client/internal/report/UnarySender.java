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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends records by calls of their own, one after the other; uploads the model first where a record has one. */
final class UnarySender extends Sender {

    private final BlobStore blobs;
    private final Events events;
    private @Nullable OutboxRecord inFlight;

    UnarySender(Env env, Strand strand, BlobStore blobs, Settled settled, Events events) {
        super(env, strand, Order.OLDEST_FIRST, settled);
        this.blobs = blobs;
        this.events = events;
    }

    @Override
    boolean hasCapacity() {
        return inFlight == null;
    }

    @Override
    void send(CombinerTransport combiner, OutboxRecord record) {
        inFlight = record;
        if (record.body() instanceof RecordBody.ModelUpdate update && update.uploadSeconds() == null) {
            openPinned(combiner, record, update);
        } else {
            announce(combiner, record);
        }
    }

    @Override
    List<OutboxRecord> takeAll() {
        List<OutboxRecord> left = new ArrayList<>();
        if (inFlight != null) {
            left.add(inFlight);
        }
        left.addAll(super.takeAll());
        return left;
    }

    private void openPinned(CombinerTransport combiner, OutboxRecord record, RecordBody.ModelUpdate update) {
        String id = record.modelId().orElse(update.updateId());
        strand().when(CompletableFuture.supplyAsync(() -> blobs.open(id), env().io()), (model, error) -> {
            if (error != null) {
                ended(record, error);
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
            announce(combiner, record.withBody(update.uploadedIn(meter.elapsed().toNanos() / 1e9)));
        });
    }

    private void announce(CombinerTransport combiner, OutboxRecord record) {
        strand().when(combiner.send(record.id(), record.body()), (done, error) -> {
            if (error != null) {
                ended(record, error);
                return;
            }
            inFlight = null;
            delivered(record);
            proceed();
        });
    }

    private void ended(OutboxRecord record, Throwable error) {
        inFlight = null;
        failed(record, error);
        proceed();
    }
}
