package com.scaleoutsystems.edge.client.internal.core;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/** Random UUIDs from bytes that are drawn for many ids at once: to draw those of one takes the generator nearly as long. */
final class RandomIds {

    private static final int AT_ONCE = 32;
    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT_2 = 0x8000_0000_0000_0000L;

    private final SecureRandom random = new SecureRandom();
    private final byte[] drawn = new byte[AT_ONCE * 2 * Long.BYTES];
    private final ByteBuffer left = ByteBuffer.wrap(drawn).position(drawn.length);

    /** A new id. From any thread. */
    String next() {
        long high;
        long low;
        synchronized (left) {
            if (!left.hasRemaining()) {
                random.nextBytes(drawn);
                left.clear();
            }
            high = left.getLong();
            low = left.getLong();
        }
        return new UUID((high & ~0xF000L) | VERSION_4, (low & ~0xC000_0000_0000_0000L) | VARIANT_2).toString();
    }
}
