package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.internal.OwnedFiles;
import com.scaleoutsystems.edge.model.internal.bytes.FileSink;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.model.internal.bytes.TempFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
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
 *
 * <p>Files come and go by single steps of the file system, so another store on the same folder does no harm: a file that it
 * took away counts as missing.
 */
final class StoredModels {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})-([0-9a-f]{64})\\.model");

    private static final Comparator<StoredModel> BY_USE = Comparator.comparing(StoredModel::lastUsed);

    private final Path directory;
    private final ModelStoreSettings settings;
    private final Map<String, StoredModel> entries = new HashMap<>();

    StoredModels(Path directory, ModelStoreSettings settings) {
        this.directory = directory;
        this.settings = settings;
        try {
            Files.createDirectories(incoming());
            scan();
        } catch (IOException | DirectoryIteratorException e) {
            throw new ModelException(ErrorCode.IO, "io", "The model store " + directory + " can't be opened: " + e, e);
        }
        prune();
    }

    Path directory() {
        return directory;
    }

    /** Where files lie until they are whole. */
    Path incoming() {
        return directory.resolve("incoming");
    }

    private void scan() throws IOException {
        List<StoredModel> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                BasicFileAttributes attributes = name.matches() ? attributes(file) : null;
                if (attributes != null && attributes.isRegularFile()) {
                    Instant used = attributes.lastModifiedTime().toInstant();
                    found.add(new StoredModel(name.group(1), name.group(2), file, attributes.size(), used));
                }
            }
        }
        // Of two models with one id the one that was used later stays.
        found.stream().sorted(BY_USE).forEach(this::add);
        OwnedFiles.deleteLeftovers(incoming());
    }

    /** Gives null for a file that is gone: another process may keep its models here too. */
    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private synchronized void add(StoredModel entry) {
        StoredModel before = entries.put(entry.idHash(), entry);
        if (before != null && !before.file().equals(entry.file())) {
            ModelFiles.deleteQuietly(before.file());
        }
    }

    /** Whether there is a model of this id whose file is there; this does not count as a use. */
    synchronized boolean has(String modelId) {
        prune();
        StoredModel entry = entries.get(hash(modelId));
        return entry != null && Files.exists(entry.file());
    }

    /** Finds a model by its id, and counts that as a use. */
    synchronized @Nullable StoredModel find(String modelId) {
        prune();
        StoredModel entry = entries.get(hash(modelId));
        if (entry != null) {
            entry.touch(now());
        }
        return entry;
    }

    /**
     * Keeps a model, unless it alone is more than all models may have.
     *
     * @return what was kept, or null
     */
    @Nullable
    StoredModel put(String modelId, ScaleoutModel model) throws IOException {
        if (model.size() > settings.maxBytes()) {
            return null;
        }
        String idHash = hash(modelId);
        Path file = directory.resolve(idHash + "-" + model.checksum() + ".model");
        StoredModel entry = new StoredModel(idHash, model.checksum(), file, model.size(), now());
        Path link = link(model);
        if (link != null) {
            try {
                return publish(link, entry, model.content());
            } finally {
                ModelFiles.deleteQuietly(link);
            }
        }
        try (TempFile.Lease copy = TempFile.create(incoming())) {
            // Not forced to the disk: a file that a crash has torn is noticed when it is opened.
            try (FileSink out = new FileSink(copy.file().path())) {
                model.content().bytes().writeTo(out);
            }
            return publish(copy.file().path(), entry, model.content());
        }
    }

    /** Renames our own file, which never changes, instead of copying it; null if that is not possible. */
    private @Nullable Path link(ScaleoutModel model) {
        Path temporary = model.file().orElse(null);
        if (temporary == null || !incoming().equals(temporary.getParent())) {
            return null;
        }
        // Its name begins with that of the file, so that both are deleted if the process is killed now.
        Path link = incoming().resolve(temporary.getFileName() + "." + UUID.randomUUID());
        try {
            return Files.createLink(link, temporary);
        } catch (IOException | UnsupportedOperationException e) {
            // Not every file system has links.
            return null;
        }
    }

    /** Gives a file its name and its entry in one step, so that no other thread deletes it as unknown. */
    private synchronized StoredModel publish(Path aside, StoredModel entry, ModelContent content) throws IOException {
        Files.move(aside, entry.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        add(entry);
        entry.touch(now());
        if (content.isOwned()) {
            entry.share(content);
        }
        prune();
        return entry;
    }

    private Instant now() {
        return settings.clock().instant();
    }

    synchronized void remove(StoredModel entry) {
        if (entries.remove(entry.idHash(), entry)) {
            ModelFiles.deleteQuietly(entry.file());
        }
    }

    private synchronized void prune() {
        Instant oldest = now().minus(settings.maxAge());
        List<StoredModel> byUse = new ArrayList<>(entries.values());
        byUse.sort(BY_USE);
        long total = bytes();
        for (StoredModel entry : byUse) {
            if (entry.lastUsed().isBefore(oldest)
                    || total > settings.maxBytes()
                    || entries.size() > settings.maxModels()) {
                remove(entry);
                total -= entry.size();
            }
        }
    }

    synchronized int count() {
        return entries.size();
    }

    synchronized long bytes() {
        return entries.values().stream().mapToLong(entry -> entry.size()).sum();
    }

    /** Over the UTF-16 units, since UTF-8 has no form for every text that Java has. */
    private static String hash(String modelId) {
        ByteBuffer units = ByteBuffer.allocate(modelId.length() * Character.BYTES);
        units.asCharBuffer().put(modelId);
        Sha256 hash = new Sha256();
        hash.update(units.array(), 0, units.capacity());
        return hash.finish().hex();
    }
}
