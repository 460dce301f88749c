package com.scaleoutsystems.edge.client.internal.state;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;
import org.h2.mvstore.WriteBuffer;

/**
 * The file of an {@link MVStore} that only grows. Where room is used again, the store's header may point to a commit whose writes have
 * not reached the disk, and after a power cut the store then falls back behind commits that were synced; a file that only grows has
 * each commit after the one before, and its header is written once.
 */
final class AppendOnlyFile extends SingleFileStore {

    private static final int BLOCK_BYTES = 4096;

    /** How much of the file is read at once: a page is small, and its neighbours are wanted next. */
    private static final int WINDOW_BYTES = 16 * BLOCK_BYTES;

    private static final int SMALL_BUFFER_BYTES = 8 * BLOCK_BYTES;

    private static final int LARGE_BUFFER_BYTES = 1 << 20;

    /** The part of the file that was read last; empty after a write. */
    private ByteBuffer window = ByteBuffer.allocate(0);

    private long windowStart;

    /** What the next commit takes, about: as much as the last one. */
    private int bufferBytes = SMALL_BUFFER_BYTES;

    private AppendOnlyFile(Map<String, Object> settings) {
        super(settings);
    }

    /**
     * Opens a file, or makes it.
     *
     * @param address where it is, in the terms of MVStore
     * @param damaged whether to give what can be read of a damaged file, and change nothing
     */
    static MVStore storeOn(String address, boolean damaged) {
        Map<String, Object> settings = new HashMap<>(Map.of("cacheSize", 1, "pageSplitSize", BLOCK_BYTES));
        if (damaged) {
            settings.put("recoveryMode", 1);
        }
        AppendOnlyFile file = new AppendOnlyFile(settings);
        boolean opened = false;
        try {
            file.open(address, damaged, null);
            MVStore store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .open();
            store.setReuseSpace(false);
            // What is dead is forgotten at once; the file is rewritten when most of it is.
            store.setRetentionTime(0);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                file.release();
            }
        }
    }

    /** Where the last commit in a file begins: everything before it is the state before that commit. Zero if there is none. */
    static long startOfLastCommit(String address) {
        AppendOnlyFile file = new AppendOnlyFile(new HashMap<>());
        file.open(address, true, null);
        try {
            for (long block = file.size() / BLOCK_BYTES; block > 0; block--) {
                SFChunk end = file.readChunkFooter(block);
                if (end != null) {
                    return end.block * BLOCK_BYTES;
                }
            }
            return 0;
        } finally {
            file.release();
        }
    }

    @Override
    public ByteBuffer readFully(SFChunk chunk, long position, int length) {
        if (!isInWindow(position, length)) {
            long start = position / WINDOW_BYTES * WINDOW_BYTES;
            int bytes = (int) Math.min(WINDOW_BYTES, size() - start);
            if (position + length > start + bytes) {
                return super.readFully(chunk, position, length);
            }
            try {
                window = super.readFully(chunk, start, bytes);
                windowStart = start;
            } catch (MVStoreException unreadable) {
                // A disk may have lost a part that nobody has asked for.
                return super.readFully(chunk, position, length);
            }
        }
        return window.slice((int) (position - windowStart), length);
    }

    /** A new one for each commit: MVStore would keep 1 MiB for the next one, most of what an idle client has. */
    @Override
    public WriteBuffer getWriteBuffer() {
        return new WriteBuffer(bufferBytes);
    }

    @Override
    public void releaseWriteBuffer(WriteBuffer written) {
        int bytes = Math.min(LARGE_BUFFER_BYTES, written.limit() + written.limit() / 2);
        bufferBytes = Math.max(SMALL_BUFFER_BYTES, bytes);
    }

    private boolean isInWindow(long position, int length) {
        return position >= windowStart && position + length <= windowStart + window.capacity();
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer content) {
        window = ByteBuffer.allocate(0);
        super.writeFully(chunk, position, content);
    }

    /** Closes the file though no store has come to use it. */
    private void release() {
        try {
            close();
        } catch (RuntimeException noStore) {
            // The channel is closed by now, or was never opened.
            return;
        }
    }
}
