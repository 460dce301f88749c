package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.FileSink;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.model.internal.bytes.Spool;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.ForkJoinTask;
import org.jspecify.annotations.Nullable;

/** Brings bytes from files and streams into the SDK and back into files. */
final class ModelFiles {
    private static final int BLOCK = 1 << 16;
    private static final int LARGE_BLOCK = 1 << 20;

    private ModelFiles() {}

    /** Opens a file: small ones are read, large ones mapped, and then watched for changes. */
    static Bytes open(Path file, ReadSettings settings) {
        return open(file, settings, Bytes::mapWatched);
    }

    /** Opens a file that only the SDK changes. */
    static Bytes openStored(Path file, ReadSettings settings) {
        return open(file, settings, Bytes::map);
    }

    private interface Mapping {
        Bytes of(Path file) throws IOException;
    }

    private static Bytes open(Path file, ReadSettings settings, Mapping mapping) {
        try {
            long size = Files.size(file);
            settings.limits().checkModelBytes(size);
            if (!Files.isRegularFile(file)) {
                throw new ModelException(ErrorCode.INVALID_ARGUMENT, "io", file + " is not a file");
            }
            if (size > settings.heapThreshold()) {
                return mapping.of(file);
            }
            // Not through a channel, which an interrupt of this thread would close.
            try (InputStream in = new FileInputStream(file.toFile())) {
                return Bytes.of(in.readAllBytes());
            }
        } catch (NoSuchFileException e) {
            throw new ModelException(ErrorCode.NOT_FOUND, "not_found", "There is no file " + file, e);
        } catch (IOException e) {
            throw new ModelException(
                    ErrorCode.IO, "io", "The file " + file + " could not be read: " + describe(e, file), e);
        }
    }

    /** Takes a stream to its end; a file behind the bytes disappears with their last use. */
    static Bytes receive(InputStream in, ReadSettings settings) {
        try (Spool.Stored stored = receive(in, settings, null)) {
            return stored.bytes().mapped();
        }
    }

    /**
     * Takes a stream to its end, hashing it on the way if wanted. Of a large one a block is hashed, which takes longest, while it
     * is written and the next one is read. What is large may not be mapped yet.
     */
    static Spool.Stored receive(InputStream in, ReadSettings settings, @Nullable Sha256 hash) {
        ForkJoinTask<?> hashing = null;
        try (Spool spool = settings.spool()) {
            byte[] block = new byte[BLOCK];
            byte[] other = block;
            while (true) {
                int count = in.readNBytes(block, 0, block.length);
                settings.limits().checkModelBytes(spool.size() + count);
                await(hashing);
                hashing = hash == null ? null : hashed(block, count, hash);
                spool.write(block, 0, count);
                if (count < block.length) {
                    return spool.finishUnmapped();
                }
                if (spool.size() == LARGE_BLOCK) {
                    block = new byte[LARGE_BLOCK];
                    other = new byte[LARGE_BLOCK];
                }
                byte[] next = other;
                other = block;
                block = next;
            }
        } catch (IOException e) {
            throw settings.failed(e);
        } finally {
            await(hashing);
        }
    }

    /** Hashes a block; what is given back ends when a large one is done. */
    private static @Nullable ForkJoinTask<?> hashed(byte[] block, int count, Sha256 hash) {
        if (count < LARGE_BLOCK) {
            hash.update(block, 0, count);
            return null;
        }
        return ForkJoinTask.adapt(() -> hash.update(block, 0, count)).fork();
    }

    private static void await(@Nullable ForkJoinTask<?> hashing) {
        if (hashing != null) {
            hashing.join();
        }
    }

    /**
     * Takes all pieces and hashes them on the way. It collects them in a block that is still in the processor's cache when it is hashed
     * and written: the many small buffers of a network are slow to write and slow to read twice. What is large may not
     * be mapped yet.
     */
    static Spool.Stored receive(BufferSource source, ReadSettings settings, Sha256 hash) {
        try (Spool spool = settings.spool()) {
            Gathering gathering = new Gathering(spool, hash);
            for (BufferSource.Piece piece = source.next(); piece != null; piece = source.next()) {
                try (BufferSource.Piece taken = piece) {
                    settings.limits().checkModelBytes(gathering.size() + taken.size());
                    for (ByteBuffer buffer : taken.buffers()) {
                        gathering.take(buffer);
                    }
                }
            }
            gathering.flush();
            return spool.finishUnmapped();
        } catch (IOException e) {
            throw settings.failed(e);
        }
    }

    /** Fills a block, and hashes and writes it when it is full. */
    private static final class Gathering {
        private final byte[] block = new byte[BLOCK];
        private final Spool spool;
        private final Sha256 hash;
        private int filled;

        Gathering(Spool spool, Sha256 hash) {
            this.spool = spool;
            this.hash = hash;
        }

        long size() {
            return spool.size() + filled;
        }

        void take(ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                int step = Math.min(block.length - filled, buffer.remaining());
                buffer.get(block, filled, step);
                filled += step;
                if (filled == block.length) {
                    flush();
                }
            }
        }

        void flush() throws IOException {
            hash.update(block, 0, filled);
            spool.write(block, 0, filled);
            filled = 0;
        }
    }

    /** Writes bytes to a file so that it holds either all of them or what it held before. */
    static void save(Bytes bytes, Path target) {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null || Files.isDirectory(absolute)) {
            throw new ModelException(ErrorCode.INVALID_ARGUMENT, "io", target + " is a directory; name a file in it");
        }
        Path aside = directory.resolve(".scaleout-model-" + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(directory);
            try (FileSink out = new FileSink(aside)) {
                bytes.writeTo(out);
                out.sync();
            }
            try {
                Files.move(aside, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(aside, absolute, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new ModelException(
                    ErrorCode.IO, "io", "The model could not be saved to " + target + ": " + describe(e, target), e);
        } finally {
            deleteQuietly(aside);
        }
    }

    /** Writes parameters out; the stream is not closed. */
    static void write(Bytes bytes, OutputStream out) {
        try {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new ModelException(ErrorCode.IO, "io", "The parameters could not be written: " + e, e);
        }
    }

    /** The file was moved, or saving failed already: either way there is nothing more to tell. */
    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private static String describe(IOException e, Path file) {
        String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() + " (" + file + ")" : reason;
    }
}
