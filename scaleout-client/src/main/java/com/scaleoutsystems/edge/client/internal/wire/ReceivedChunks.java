package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.core.Waits;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.model.BufferSource;
import com.scaleoutsystems.edge.proto.ModelRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a download, fetched as they are taken: a few chunks are asked for ahead, so that the wire never waits for the file.
 * Closing returns everything that no caller took.
 */
final class ReceivedChunks implements BufferSource, AutoCloseable {

    private static final int AHEAD = 4;

    /** So many chunks without a byte are no progress. */
    private static final int MOST_EMPTY = 1_000;

    /**
     * What makes a download wait, and for how long.
     *
     * @param idleTimeout how long nothing may arrive
     * @param arriving counts the bytes that arrive
     * @param bandwidth what the client's transfers may use
     */
    record Patience(Duration idleTimeout, ArrivingBytes arriving, Bandwidth bandwidth) {}

    /** What arrives: a chunk, or the end with its status. */
    private record Arrival(@Nullable ReceivedChunk chunk, Status status, Metadata trailers) {}

    private final ClientCall<ModelRequest, ReceivedChunk> call;
    private final Patience patience;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final LongConsumer progress;
    private final Object handover = new Object();
    private long received;
    private int emptyInARow;
    private @Nullable Arrival end;
    private boolean closed;

    private ReceivedChunks(ClientCall<ModelRequest, ReceivedChunk> call, Patience patience, LongConsumer progress) {
        this.call = call;
        this.patience = patience;
        this.progress = progress;
    }

    static ReceivedChunks start(
            ClientCall<ModelRequest, ReceivedChunk> call,
            ModelRequest request,
            Patience patience,
            LongConsumer progress) {
        ReceivedChunks chunks = new ReceivedChunks(call, patience, progress);
        call.start(chunks.new Listener(), new Metadata());
        call.request(AHEAD);
        call.sendMessage(request);
        call.halfClose();
        return chunks;
    }

    /** Blocks until there is a chunk; throws what the call failed with. */
    @Override
    public @Nullable Piece next() {
        if (end != null) {
            return null;
        }
        Arrival arrival = await();
        ReceivedChunk chunk = arrival.chunk();
        if (chunk == null) {
            end = arrival;
            if (!arrival.status().isOk()) {
                throw arrival.status().asRuntimeException(arrival.trailers());
            }
            return null;
        }
        try {
            counted(chunk);
            return chunk;
        } catch (Throwable failure) {
            chunk.close();
            throw failure;
        }
    }

    private void counted(ReceivedChunk chunk) {
        emptyInARow = chunk.size() == 0 ? emptyInARow + 1 : 0;
        if (emptyInARow > MOST_EMPTY) {
            throw GrpcErrors.stalled(patience.idleTimeout());
        }
        call.request(1);
        received += chunk.size();
        progress.accept(received);
    }

    /** What came with the end of the call; empty before that. */
    Metadata trailers() {
        return end == null ? new Metadata() : end.trailers();
    }

    private Arrival await() {
        try {
            // Parts of a chunk are progress, too.
            for (long before = -1; before != patience.arriving().count(); ) {
                before = patience.arriving().count();
                Arrival arrival = Waits.poll(
                        arrivals,
                        patience.idleTimeout().plus(patience.bandwidth().untilNext()));
                if (arrival != null) {
                    return arrival;
                }
            }
            throw GrpcErrors.stalled(patience.idleTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
        }
    }

    @Override
    public void close() {
        synchronized (handover) {
            closed = true;
        }
        for (Arrival left = arrivals.poll(); left != null; left = arrivals.poll()) {
            if (left.chunk() != null) {
                left.chunk().close();
            }
        }
    }

    private final class Listener extends ClientCall.Listener<ReceivedChunk> {

        @Override
        public void onHeaders(Metadata headers) {
            patience.bandwidth().begins(headers);
        }

        @Override
        public void onMessage(ReceivedChunk chunk) {
            synchronized (handover) {
                if (!closed) {
                    arrivals.add(new Arrival(chunk, Status.OK, new Metadata()));
                    return;
                }
            }
            chunk.close();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            arrivals.add(new Arrival(null, status, trailers));
        }
    }
}
