package com.scaleoutsystems.edge.model.internal.zip;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The content of a deflated entry; the stream checks its size and CRC on the way, so it never returns more than the header says. */
final class InflatedStream extends InputStream {
    private static final int BLOCK = 1 << 16;

    private final ZipEntry entry;
    private final Bytes compressed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] single = new byte[1];
    private final byte[] input;
    private long consumed;
    private long produced;
    private boolean ended;

    InflatedStream(ZipEntry entry, Bytes compressed) {
        this.entry = entry;
        this.compressed = compressed;
        this.input = new byte[(int) Math.min(BLOCK, compressed.size())];
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
        if (ended) {
            return -1;
        }
        int count = inflate(target, from, length);
        crc.update(target, from, count);
        produced += count;
        if (produced > entry.size()) {
            throw entry.wrongSize("more");
        }
        if (count == 0) {
            finish();
            return -1;
        }
        return count;
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        long total = 0;
        for (int count = read(block, 0, BLOCK); count >= 0; count = read(block, 0, BLOCK)) {
            out.write(block, 0, count);
            total += count;
        }
        return total;
    }

    private int inflate(byte[] target, int from, int length) {
        try {
            while (true) {
                int count = inflater.inflate(target, from, length);
                if (count > 0 || inflater.finished()) {
                    return count;
                }
                if (inflater.needsDictionary() || consumed == compressed.size()) {
                    throw ZipFormat.corrupt("the compressed data of '" + entry.name() + "' end too early");
                }
                // Copied, because native code must not read a mapped file that was cut short.
                int step = (int) Math.min(BLOCK, compressed.size() - consumed);
                compressed.get(consumed, input, 0, step);
                inflater.setInput(input, 0, step);
                consumed += step;
            }
        } catch (DataFormatException e) {
            throw ZipFormat.corrupt("the entry '" + entry.name() + "' can't be decompressed (" + e.getMessage() + ")");
        }
    }

    private void finish() {
        ended = true;
        if (consumed - inflater.getRemaining() != compressed.size()) {
            throw ZipFormat.corrupt("bytes follow the compressed data of '" + entry.name() + "'");
        }
        if (produced != entry.size()) {
            throw entry.wrongSize("fewer");
        }
        entry.checkCrc(crc.getValue());
    }

    @Override
    public void close() {
        ended = true;
        inflater.end();
    }
}
