package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;

/**
 * The memory for what connections read and write, one pool for all of this JVM.
 *
 * <p>Each arena of a pool grows by whole chunks, which Java fills with zeros, so a chunk is in memory as soon as it is made. gRPC's own
 * pool has two arenas for each processor and chunks of 2 MiB, and each thread that sends takes an arena for itself: an idle client
 * then holds four chunks or more and uses a part of one.
 */
final class Buffers {

    private static final int PAGE = 8192;

    /** How often a page is doubled to be a chunk: 1 MiB. Larger buffers are not pooled. */
    private static final int DOUBLED = 7;

    private static final int PROCESSORS_PER_ARENA = 4;

    private static final ByteBufAllocator SHARED = new PooledByteBufAllocator(
            true,
            0,
            Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_ARENA),
            PAGE,
            DOUBLED,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            PooledByteBufAllocator.defaultUseCacheForAllThreads());

    private Buffers() {}

    static ByteBufAllocator shared() {
        return SHARED;
    }
}
