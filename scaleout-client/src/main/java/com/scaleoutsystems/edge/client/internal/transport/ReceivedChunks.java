package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The chunks of a download, fetched as they are read: a few are asked for ahead, so that the wire never waits for the file. */
final class ReceivedChunks implements Iterator<FileChunk> {

    private static final int AHEAD = 4;

    /** What arrives: a chunk, or the end with its status. */
    private record Arrival(@Nullable FileChunk chunk, Status status, Metadata trailers) {}

    private final ClientCall<ModelRequest, FileChunk> call;
    private final Duration idleTimeout;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final LongConsumer progress;
    private long received;
    private @Nullable Arrival next;

    private ReceivedChunks(ClientCall<ModelRequest, FileChunk> call, Duration idleTimeout, LongConsumer progress) {
        this.call = call;
        this.idleTimeout = idleTimeout;
        this.progress = progress;
    }

    static ReceivedChunks start(
            ClientCall<ModelRequest, FileChunk> call,
            ModelRequest request,
            Duration idleTimeout,
            LongConsumer progress) {
        ReceivedChunks chunks = new ReceivedChunks(call, idleTimeout, progress);
        call.start(chunks.new Listener(), new Metadata());
        call.request(AHEAD);
        call.sendMessage(request);
        call.halfClose();
        return chunks;
    }

    @Override
    public boolean hasNext() {
        return arrival().chunk() != null;
    }

    @Override
    public FileChunk next() {
        FileChunk chunk = arrival().chunk();
        if (chunk == null) {
            throw new NoSuchElementException("the download is over");
        }
        next = null;
        call.request(1);
        received += chunk.getData().size();
        progress.accept(received);
        return chunk;
    }

    /** What came with the end of the call; only after the last chunk was read. */
    Metadata trailers() {
        return arrival().trailers();
    }

    private Arrival arrival() {
        Arrival arrival = next;
        if (arrival == null) {
            arrival = await();
            next = arrival;
        }
        if (arrival.chunk() == null && !arrival.status().isOk()) {
            throw arrival.status().asRuntimeException(arrival.trailers());
        }
        return arrival;
    }

    private Arrival await() {
        try {
            Arrival arrival = arrivals.poll(idleTimeout.toMillis(), TimeUnit.MILLISECONDS);
            if (arrival == null) {
                throw ModelTransfers.stalled(idleTimeout);
            }
            return arrival;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
        }
    }

    private final class Listener extends ClientCall.Listener<FileChunk> {

        @Override
        public void onMessage(FileChunk chunk) {
            arrivals.add(new Arrival(chunk, Status.OK, new Metadata()));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            arrivals.add(new Arrival(null, status, trailers));
        }
    }
}
