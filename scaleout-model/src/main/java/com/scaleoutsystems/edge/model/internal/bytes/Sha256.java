package com.scaleoutsystems.edge.model.internal.bytes;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A running SHA-256 that remembers its state at two places near the end, so that a sequence which shares its beginning
 * with one that was hashed already costs only its tail.
 */
public final class Sha256 {
    /** How far the remembered places lie apart. */
    static final long STRIDE = 1 << 20;

    private static final int BLOCK = 1 << 16;

    private final MessageDigest digest;
    private long position;
    private @Nullable Checkpoint latest;
    private @Nullable Checkpoint previous;

    /** A hash of nothing yet. */
    public Sha256() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private Sha256(Checkpoint start) {
        this.digest = copy(start.state);
        this.position = start.position;
        this.latest = start;
    }

    /**
     * Takes more bytes.
     *
     * @param source where they are
     * @param from the first index
     * @param length how many
     */
    public void update(byte[] source, int from, int length) {
        int at = from;
        int left = length;
        while (left > 0) {
            int step = (int) Math.min(left, STRIDE - position % STRIDE);
            digest.update(source, at, step);
            at += step;
            left -= step;
            position += step;
            if (position % STRIDE == 0) {
                previous = latest;
                latest = new Checkpoint(position, copy(digest));
            }
        }
    }

    /**
     * Takes more bytes.
     *
     * @param bytes the bytes
     * @return this
     */
    public Sha256 update(Bytes bytes) {
        byte[] block = new byte[(int) Math.min(BLOCK, bytes.size())];
        for (long at = 0; at < bytes.size(); at += block.length) {
            int step = (int) Math.min(block.length, bytes.size() - at);
            bytes.get(at, block, 0, step);
            update(block, 0, step);
        }
        return this;
    }

    /**
     * Takes the rest of a sequence of which this hash has seen the beginning.
     *
     * @param bytes the whole sequence
     * @return this
     */
    public Sha256 updateRest(Bytes bytes) {
        return update(bytes.region(position, bytes.size() - position));
    }

    /**
     * Ends the hash.
     *
     * @return the result as lower-case hexadecimal text, and how to go on from near its end
     */
    public Result finish() {
        return new Result(HexFormat.of().formatHex(copy(digest).digest()), latest, previous);
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The platform's SHA-256 can't be copied", e);
        }
    }

    private record Checkpoint(long position, MessageDigest state) {}

    /** A finished hash. */
    public static final class Result {
        private final String hex;
        private final @Nullable Checkpoint latest;
        private final @Nullable Checkpoint previous;

        private Result(String hex, @Nullable Checkpoint latest, @Nullable Checkpoint previous) {
            this.hex = hex;
            this.latest = latest;
            this.previous = previous;
        }

        /**
         * Gives the hash.
         *
         * @return 64 lower-case hexadecimal digits
         */
        public String hex() {
            return hex;
        }

        /**
         * Starts a hash of another sequence that begins with the same bytes.
         *
         * @param shared how many bytes both begin with
         * @return a hash that has seen as many of them as possible
         */
        public Sha256 resume(long shared) {
            for (Checkpoint checkpoint : new Checkpoint @Nullable [] {latest, previous}) {
                if (checkpoint != null && checkpoint.position <= shared) {
                    return new Sha256(checkpoint);
                }
            }
            return new Sha256();
        }
    }
}
