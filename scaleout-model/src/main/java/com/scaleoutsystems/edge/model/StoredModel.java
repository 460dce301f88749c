package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.FileStamp;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One file of a {@link ModelStore}, and what is known of it. Safe for use by many threads. */
final class StoredModel {
    private final String idHash;
    private final String checksum;
    private final Path file;
    private final long size;
    private volatile Instant lastUsed;

    /** Held while the file is read and hashed, which takes its time. */
    private final Object opening = new Object();

    /** The file as it was when its content was found to have the digest; null until then. */
    private @Nullable FileStamp verified;

    private Sha256.@Nullable Result digest;

    /** Shared by all simultaneous users of the model, and kept by no one else. */
    private WeakReference<@Nullable ModelContent> shared = new WeakReference<>(null);

    StoredModel(String idHash, String checksum, Path file, long size, Instant lastUsed) {
        this.idHash = idHash;
        this.checksum = checksum;
        this.file = file;
        this.size = size;
        this.lastUsed = lastUsed;
    }

    String idHash() {
        return idHash;
    }

    Path file() {
        return file;
    }

    long size() {
        return size;
    }

    Instant lastUsed() {
        return lastUsed;
    }

    /** Counts a use, and notices if the file was changed since it was verified. */
    synchronized void touch(Instant now) {
        lastUsed = now;
        try {
            boolean same = FileStamp.of(file).equals(verified);
            Files.setLastModifiedTime(file, FileTime.from(now));
            verified = same ? FileStamp.of(file) : null;
        } catch (IOException e) {
            // It will be verified again, or missed, when it is opened; the order of dropping lives on in memory.
            verified = null;
        }
    }

    /** Shares the content that was just written to the file. */
    void share(ModelContent content) throws IOException {
        share(content, FileStamp.of(file));
    }

    private synchronized void share(ModelContent content, FileStamp stamp) {
        // Whoever gets it later may get it when its temporary file is gone.
        content.bytes();
        digest = content.digest();
        verified = stamp;
        shared = new WeakReference<>(content);
    }

    private synchronized @Nullable ModelContent shared() {
        return verified == null ? null : shared.get();
    }

    private synchronized Sha256.@Nullable Result digestOf(FileStamp stamp) {
        return stamp.equals(verified) ? digest : null;
    }

    /** Opens the file, verifying it unless it is unchanged since it was verified. */
    ModelContent content(String modelId, ModelSettings models) throws IOException {
        synchronized (opening) {
            ModelContent content = shared();
            if (content == null) {
                FileStamp stamp = FileStamp.of(file);
                content = ModelContent.ofStored(file, digestOf(stamp), models);
                Container container = content.container();
                if (!content.checksum().equals(checksum)
                        || (container != null && !container.modelId().equals(modelId))) {
                    throw new ModelException(
                            ErrorCode.DATA_LOSS,
                            "checksum",
                            "The file " + file + " does not hold the model '" + modelId + "' as it was stored");
                }
                share(content, stamp);
            }
            return content;
        }
    }
}
