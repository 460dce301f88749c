package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.DefaultMessageSizeEstimator;
import io.grpc.netty.shaded.io.netty.channel.MessageSizeEstimator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.util.UncheckedBooleanSupplier;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the bytes that pass over the connections of one channel, whatever they mean. gRPC shows only whole answers, and an upload
 * gets none for a long time. Netty tells the number of bytes to two objects that programs may set: the one that chooses the sizes of its
 * buffers learns how much each read brought, and the one that measures messages sees each that goes to the socket.
 */
public final class Traffic {

    /** Netty's own number for sockets; an allocator that is set gets 1, which makes downloads slow. */
    private static final int READS_AT_ONCE = 16;

    private static final int SMALLEST_READ = 64;
    private static final int FIRST_READ = 2 << 10;

    /** Four times as many bytes as Netty's own: each read costs a buffer, and each buffer much work of Netty, gRPC and this client. */
    private static final int LARGEST_READ = 256 << 10;

    /** Calls without a model send less than this while the other side is silent. */
    private static final long MUCH = 32L << 10;

    private final StreamLimit limit = new StreamLimit();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    /**
     * What has passed so far.
     *
     * @param received the bytes that arrived
     * @param sent the bytes that the socket took, or soon will
     */
    public record Reading(long received, long sent) {

        /** Whether the other side lives: something arrived since, or it took so much that it must be reading. */
        public boolean showsLifeSince(Reading earlier) {
            return received != earlier.received || sent - earlier.sent >= MUCH;
        }
    }

    /** Reads the counters. From any thread. */
    public Reading read() {
        return new Reading(received.sum(), sent.sum());
    }

    /** How many calls the channel takes at a time, at least 1. From any thread. */
    public int maxCalls() {
        return limit.calls();
    }

    StreamLimit limit() {
        return limit;
    }

    RecvByteBufAllocator allocator() {
        AdaptiveRecvByteBufAllocator counting = new CountingAllocator();
        counting.maxMessagesPerRead(READS_AT_ONCE);
        return counting;
    }

    MessageSizeEstimator estimator() {
        return () -> {
            MessageSizeEstimator.Handle sizes = DefaultMessageSizeEstimator.DEFAULT.newHandle();
            return message -> {
                int size = sizes.size(message);
                sent.add(size);
                return size;
            };
        };
    }

    private final class CountingAllocator extends AdaptiveRecvByteBufAllocator {

        CountingAllocator() {
            super(SMALLEST_READ, FIRST_READ, LARGEST_READ);
        }

        @Override
        @SuppressWarnings("deprecation") // Handle is deprecated, but Netty's own methods take and return it
        public Handle newHandle() {
            return new CountingHandle(super.newHandle());
        }
    }

    @SuppressWarnings("deprecation") // as above
    private final class CountingHandle extends RecvByteBufAllocator.DelegatingHandle
            implements RecvByteBufAllocator.ExtendedHandle {

        CountingHandle(RecvByteBufAllocator.Handle sizes) {
            super(sizes);
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes > 0) {
                received.add(bytes);
            }
            super.lastBytesRead(bytes);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayBeMore) {
            return ((RecvByteBufAllocator.ExtendedHandle) delegate()).continueReading(mayBeMore);
        }
    }
}
