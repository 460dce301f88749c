package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link ModelStore}: {@code <SHA-256 of the id>-<checksum of the model>.model}, so that any id gives a
 * safe name and every file tells what it should hold. A file's time of change is the time of its last use.
 */
final class StoredModels {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})-([0-9a-f]{64})\\.model");
    /** When a file that was never finished may be taken for a leftover of a crash. */
    private static final Duration LEFTOVER = Duration.ofDays(1);

    private final Path directory;
    private final ModelStoreSettings settings;
    private final Map<String, Entry> entries = new HashMap<>();

    StoredModels(Path directory, ModelStoreSettings settings) {
        this.directory = directory;
        this.settings = settings;
        try {
            Files.createDirectories(incoming());
            scan();
        } catch (IOException e) {
            throw new ModelException(
                    ErrorCode.IO, "io", "The model store " + directory + " can't be opened: " + e.getMessage(), e);
        }
        prune();
    }

    /** Where files lie until they are whole. */
    Path incoming() {
        return directory.resolve("incoming");
    }

    private void scan() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    Instant used = Files.getLastModifiedTime(file).toInstant();
                    add(new Entry(name.group(1), name.group(2), file, Files.size(file), used));
                }
            }
        }
        Instant leftover = settings.clock().instant().minus(LEFTOVER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming())) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(leftover)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private synchronized void add(Entry entry) {
        Entry before = entries.put(entry.idHash, entry);
        if (before != null && !before.file.equals(entry.file)) {
            ModelFiles.deleteQuietly(before.file);
        }
    }

    /** Finds a model by its id, and counts that as a use. */
    synchronized @Nullable Entry find(String modelId) {
        prune();
        Entry entry = entries.get(hash(modelId));
        if (entry != null) {
            touch(entry);
        }
        return entry;
    }

    private void touch(Entry entry) {
        entry.lastUsed = settings.clock().instant();
        try {
            Files.setLastModifiedTime(entry.file, FileTime.from(entry.lastUsed));
        } catch (IOException e) {
            // Only the order of dropping after a restart suffers; a missing file is noticed when it is opened.
            entry.lastUsed = settings.clock().instant();
        }
    }

    /** Writes a model, unless it alone is more than all models may have. */
    void put(String modelId, ScaleoutModel model) {
        if (model.size() > settings.maxBytes()) {
            return;
        }
        String idHash = hash(modelId);
        Path file = directory.resolve(idHash + "-" + model.checksum() + ".model");
        write(model, file);
        Entry entry = new Entry(
                idHash, model.checksum(), file, model.size(), settings.clock().instant());
        entry.share(model.content());
        add(entry);
        touch(entry);
        prune();
    }

    private void write(ScaleoutModel model, Path file) {
        Path temporary = model.file().orElse(null);
        if (temporary != null && incoming().equals(temporary.getParent())) {
            // Our own file, which nobody changes: another name for it is enough.
            Path aside = incoming().resolve(UUID.randomUUID() + ".tmp");
            try {
                Files.createLink(aside, temporary);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return;
            } catch (IOException | UnsupportedOperationException e) {
                // Not every file system has links; then the file is copied.
                ModelFiles.deleteQuietly(aside);
            }
        }
        ModelFiles.save(model.content().bytes(), file);
    }

    synchronized void remove(Entry entry) {
        if (entries.remove(entry.idHash, entry)) {
            ModelFiles.deleteQuietly(entry.file);
        }
    }

    private synchronized void prune() {
        Instant oldest = settings.clock().instant().minus(settings.maxAge());
        List<Entry> byUse = new ArrayList<>(entries.values());
        byUse.sort(Comparator.comparing(entry -> entry.lastUsed));
        long total = bytes();
        for (Entry entry : byUse) {
            if (entry.lastUsed.isBefore(oldest) || total > settings.maxBytes()) {
                remove(entry);
                total -= entry.size;
            }
        }
    }

    synchronized int count() {
        return entries.size();
    }

    synchronized long bytes() {
        return entries.values().stream().mapToLong(entry -> entry.size).sum();
    }

    private static String hash(String modelId) {
        byte[] utf8 = modelId.getBytes(StandardCharsets.UTF_8);
        Sha256 hash = new Sha256();
        hash.update(utf8, 0, utf8.length);
        return hash.finish().hex();
    }

    /** One file. */
    static final class Entry {
        private final String idHash;
        private final String checksum;
        private final Path file;
        private final long size;
        private Instant lastUsed;

        /** Known once the file was verified; with it a copy that was dropped from memory need not be verified again. */
        private Sha256.@Nullable Result digest;

        /** Shared by all who use the model at the same time, and kept by nobody else. */
        private WeakReference<@Nullable ModelContent> shared = new WeakReference<>(null);

        Entry(String idHash, String checksum, Path file, long size, Instant lastUsed) {
            this.idHash = idHash;
            this.checksum = checksum;
            this.file = file;
            this.size = size;
            this.lastUsed = lastUsed;
        }

        private synchronized void share(ModelContent content) {
            digest = content.digest();
            shared = new WeakReference<>(content);
        }

        /** Opens the file, verifying it the first time. */
        synchronized ModelContent content(String modelId, ModelSettings models) {
            ModelContent content = shared.get();
            if (content == null) {
                content = ModelContent.ofFile(file, digest, models);
                Container container = content.container();
                if (!content.checksum().equals(checksum)
                        || (container != null && !container.modelId().equals(modelId))) {
                    throw new ModelException(
                            ErrorCode.DATA_LOSS,
                            "checksum",
                            "The file " + file + " does not hold the model '" + modelId + "' as it was stored");
                }
                share(content);
            }
            return content;
        }
    }
}
