package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.model.Tensor;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes and counts what is written to it. */
final class Sha256 extends OutputStream {

    private static final int BLOCK_ELEMENTS = 1 << 20;

    private final MessageDigest digest;
    private long size;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash of a tensor's elements, little-endian and in C order, as hexadecimal digits. */
    static String ofElements(Tensor tensor) {
        Sha256 hash = new Sha256();
        for (long from = 0; from < tensor.elementCount(); from += BLOCK_ELEMENTS) {
            int count = (int) Math.min(BLOCK_ELEMENTS, tensor.elementCount() - from);
            hash.digest.update(tensor.toBuffer(from, count));
        }
        return hash.hex();
    }

    @Override
    public void write(int value) {
        digest.update((byte) value);
        size++;
    }

    @Override
    public void write(byte[] source, int from, int length) {
        digest.update(source, from, length);
        size += length;
    }

    long size() {
        return size;
    }

    /** The hash as 64 lower-case hexadecimal digits; ends the hashing. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
