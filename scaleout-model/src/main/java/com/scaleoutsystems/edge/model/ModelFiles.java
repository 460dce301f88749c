package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.FileSink;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.model.internal.bytes.Spool;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings bytes from files and streams into the SDK and back into files. */
final class ModelFiles {
    private ModelFiles() {}

    /** Opens a file: small ones are read, large ones mapped. */
    static Bytes open(Path file, ModelSettings settings) {
        try {
            long size = Files.size(file);
            settings.limits().checkModelBytes(size);
            if (!Files.isRegularFile(file)) {
                throw new ModelException(ErrorCode.INVALID_ARGUMENT, "io", file + " is not a file");
            }
            if (size > settings.heapThreshold()) {
                return Bytes.map(file);
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
    static Bytes receive(InputStream in, ModelSettings settings) {
        try (Spool.Stored stored = receive(in, settings, null)) {
            return stored.bytes().mapped();
        }
    }

    /** Takes a stream to its end, hashing it on the way if wanted. */
    static Spool.Stored receive(InputStream in, ModelSettings settings, @Nullable Sha256 hash) {
        return receive(new StreamPieces(in), settings, hash);
    }

    /**
     * Takes all pieces, hashing them on the way if wanted. A large piece is hashed, which takes longest, while it is written and
     * the next one is waited for. What is large may not be mapped yet.
     */
    static Spool.Stored receive(BufferSource source, ModelSettings settings, @Nullable Sha256 hash) {
        try (Spool spool = settings.spool();
                PieceHashing hashing = new PieceHashing(hash)) {
            for (BufferSource.Piece piece = source.next(); piece != null; piece = source.next()) {
                hashing.take(piece);
                settings.limits().checkModelBytes(spool.size() + piece.size());
                spool.write(piece.buffers());
            }
            hashing.finish();
            return spool.finishUnmapped();
        } catch (IOException e) {
            throw settings.failed(e);
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
            throw new ModelException(ErrorCode.IO, "io", "The parameters could not be written: " + e.getMessage(), e);
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
