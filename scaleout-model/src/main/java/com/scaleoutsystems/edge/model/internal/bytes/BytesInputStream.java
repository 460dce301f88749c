package com.scaleoutsystems.edge.model.internal.bytes;

import java.io.InputStream;
import java.util.Objects;

/** A stream over {@link Bytes}; for one thread at a time. */
final class BytesInputStream extends InputStream {
    private final Bytes bytes;
    private final byte[] single = new byte[1];
    private long position;

    BytesInputStream(Bytes bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        Objects.checkFromIndexSize(from, length, target.length);
        if (length == 0) {
            return 0;
        }
        int count = (int) Math.min(length, bytes.size() - position);
        if (count == 0) {
            return -1;
        }
        bytes.get(position, target, from, count);
        position += count;
        if (position == bytes.size()) {
            bytes.requireUnchanged();
        }
        return count;
    }

    @Override
    public long skip(long count) {
        long step = Math.max(0, Math.min(count, bytes.size() - position));
        position += step;
        return step;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, bytes.size() - position);
    }
}
