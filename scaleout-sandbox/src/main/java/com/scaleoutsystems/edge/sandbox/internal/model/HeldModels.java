package com.scaleoutsystems.edge.sandbox.internal.model;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.internal.OwnedFiles;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that a sandbox holds, as files in a directory of its own that goes away with it, or with the start of the next sandbox if
 * the process is killed. A model is written aside
 * and becomes visible whole. Its file is named by a number, so that no id, whatever it holds, gets into a path.
 *
 * <p>What the host adds or keeps stays until the end. Updates and averages go some rounds after their own.
 */
public final class HeldModels {
    private static final Logger LOG = LoggerFactory.getLogger(HeldModels.class);

    private static final int LARGE_BLOCK = 1 << 18;
    private static final int MOST_PASSING = 10_000;

    private final OwnedFiles owner;
    private final Path directory;
    private final int keptRounds;

    /** The oldest is the first; guarded by itself, as is all that follows down to the open rounds. */
    private final Map<String, Stored> models = new LinkedHashMap<>();

    /** The models that do not stay, with the round in which each was stored or used last. */
    private final Map<String, Long> passing = new LinkedHashMap<>();

    private final Set<Round> openRounds = new HashSet<>();
    private long rounds;

    private final AtomicLong files = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Keeps updates and averages for so many rounds after their own. */
    public HeldModels(int keptRounds) {
        this.keptRounds = keptRounds;
        try {
            this.owner = OwnedFiles.temporary();
            this.directory = owner.newDirectory("sandbox");
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "Can't make a directory for the sandbox's models: " + e, e);
        }
    }

    /** A model at rest; the checksum is SHA-256, lower-case hex. */
    public record Stored(String id, Path file, String checksum, long size) {}

    public Draft draft() throws IOException {
        return new Draft(directory.resolve(files.incrementAndGet() + ".part"));
    }

    /** A round that goes on. As long as it does, no model goes that it may need. */
    public final class Round implements AutoCloseable {
        private final long number;

        private Round(long number) {
            this.number = number;
        }

        @Override
        public void close() {
            synchronized (models) {
                openRounds.remove(this);
            }
        }
    }

    /** Begins a round that starts from this model, and deletes what is too old for it and for the other rounds that go on. */
    public Round beginRound(String startsFrom) {
        List<Stored> old;
        Round round;
        synchronized (models) {
            round = new Round(++rounds);
            openRounds.add(round);
            passing.computeIfPresent(startsFrom, (id, last) -> round.number);
            long oldest =
                    openRounds.stream().mapToLong(open -> open.number).min().orElse(rounds) - keptRounds;
            old = forget(passing.entrySet().stream()
                    .filter(model -> model.getValue() < oldest)
                    .map(Map.Entry::getKey)
                    .toList());
        }
        delete(old);
        return round;
    }

    /** Lets a model stay until the end. */
    public void keep(String id) {
        synchronized (models) {
            require(id);
            passing.remove(id);
        }
    }

    private List<Stored> forget(List<String> ids) {
        passing.keySet().removeAll(ids);
        return ids.stream().map(models::remove).filter(Objects::nonNull).toList();
    }

    private static void delete(List<Stored> old) {
        for (Stored model : old) {
            try {
                Files.deleteIfExists(model.file());
            } catch (IOException e) {
                // Windows deletes no file that somebody reads; it goes with the directory.
                LOG.debug("Could not delete {}", model.file(), e);
            }
        }
    }

    public Optional<Stored> find(String id) {
        synchronized (models) {
            return Optional.ofNullable(models.get(id));
        }
    }

    public Stored require(String id) {
        return find(id).orElseThrow(() -> new EdgeException(ErrorCode.NOT_FOUND, "The sandbox has no model " + id));
    }

    /** Copies a model in under its id and gives the id. A model with that id is replaced. */
    public String add(ScaleoutModel model) {
        write(model.modelId(), false, out -> {
            try (InputStream in = model.openStream()) {
                in.transferTo(out);
            }
        });
        return model.modelId();
    }

    /** Stores parameters without an envelope. */
    public void addRaw(String id, ModelParameters parameters) {
        write(id, false, parameters::writeNpz);
    }

    /** Copies the average of a round in under its id. */
    public void addAverage(ScaleoutModel model) {
        write(model.modelId(), true, out -> {
            try (InputStream in = model.openStream()) {
                in.transferTo(out);
            }
        });
    }

    /** Stores the average of a round without an envelope. */
    public void addRawAverage(String id, ModelParameters parameters) {
        write(id, true, parameters::writeNpz);
    }

    public ScaleoutModel open(String id) {
        Stored stored = require(id);
        // A raw model does not carry its id.
        try (ScaleoutModel model = ScaleoutModel.fromFile(stored.file())) {
            return model.withModelId(id);
        }
    }

    public List<String> ids() {
        synchronized (models) {
            return models.keySet().stream().sorted().toList();
        }
    }

    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        synchronized (models) {
            models.clear();
            passing.clear();
        }
        try {
            OwnedFiles.deleteTree(directory);
        } catch (IOException e) {
            LOG.warn("Could not delete {}, the directory of the sandbox's models", directory, e);
        }
        owner.release();
    }

    private void write(String id, boolean passes, Content content) {
        try (Draft draft = draft()) {
            content.writeTo(draft.out());
            draft.seal(id, draft.finish(), passes);
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "Can't store model " + id + " in " + directory + ": " + e, e);
        }
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A model that is being written; used by one thread at a time. Closing it without {@link #seal} discards it. */
    public final class Draft implements AutoCloseable {
        private final Path file;
        private final MessageDigest digest = sha256();
        private final OutputStream out;
        private long size;
        private boolean closed;

        private Draft(Path file) throws IOException {
            this.file = file;
            this.out = Files.newOutputStream(file);
        }

        /** Takes what is written; the stream counts and digests. */
        public OutputStream out() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                /** Digests large blocks while they are written, for either takes as long as the other. */
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    size += length;
                    if (length < LARGE_BLOCK) {
                        digest.update(bytes, offset, length);
                        out.write(bytes, offset, length);
                        return;
                    }
                    ForkJoinTask<?> digesting = ForkJoinTask.adapt(() -> digest.update(bytes, offset, length))
                            .fork();
                    try {
                        out.write(bytes, offset, length);
                    } finally {
                        digesting.join();
                    }
                }
            };
        }

        /** Ends writing and gives the SHA-256 of what was written. */
        public String finish() throws IOException {
            closed = true;
            out.close();
            return HexFormat.of().formatHex(digest.digest());
        }

        public Path file() {
            return file;
        }

        /** Makes the model visible under its id; call {@link #finish} before. */
        Stored seal(String id, String checksum, boolean passes) throws IOException {
            Path sealed = Files.move(
                    file, directory.resolve(files.incrementAndGet() + ".model"), StandardCopyOption.ATOMIC_MOVE);
            Stored stored = new Stored(id, sealed, checksum, size);
            List<Stored> old = new ArrayList<>();
            synchronized (models) {
                Stored replaced = models.put(id, stored);
                if (replaced != null) {
                    old.add(replaced);
                }
                passing.remove(id);
                if (passes) {
                    old.addAll(pass(id));
                }
            }
            delete(old);
            return stored;
        }

        /** The model stays for some rounds only. Clients that upload without any round must not fill the disk either. */
        private List<Stored> pass(String id) {
            passing.put(id, rounds);
            return passing.size() > MOST_PASSING
                    ? forget(List.of(passing.keySet().iterator().next()))
                    : List.of();
        }

        /** Makes an uploaded model visible under its id unless there is one already; gives the one that is there afterwards. */
        public Stored sealIfNew(String id, String checksum) throws IOException {
            Path sealed = Files.move(
                    file, directory.resolve(files.incrementAndGet() + ".model"), StandardCopyOption.ATOMIC_MOVE);
            Stored stored = new Stored(id, sealed, checksum, size);
            Stored present;
            List<Stored> old = List.of();
            synchronized (models) {
                present = models.putIfAbsent(id, stored);
                if (present == null) {
                    old = pass(id);
                }
            }
            delete(old);
            if (present == null) {
                return stored;
            }
            Files.deleteIfExists(sealed);
            return present;
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                finish();
            }
            Files.deleteIfExists(file);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
