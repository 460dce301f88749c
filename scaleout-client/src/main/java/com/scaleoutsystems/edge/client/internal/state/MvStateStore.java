package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Rows in a file of the state directory. Commits are gathered for at most 5 ms and then written and synced together; their stages
 * complete after the sync. One task at a time touches the file, always on a thread of {@link Env#io()}, which is never interrupted:
 * callers may be interrupted as they like.
 *
 * <p>A disk that fails fails the commits of that moment, and later ones until it works again.
 */
public final class MvStateStore implements StateStore {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** The least time between two syncs. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    /** How long a disk that failed is left alone. */
    private static final Duration REST = Duration.ofSeconds(1);

    /** A file of this size is rewritten as soon as most of it is dead. */
    private static final long LARGE_FILE = 8 << 20;

    /** A file smaller than this is left alone. */
    private static final long SMALL_FILE = 128 << 10;

    /** The least time between two rewrites of a file that is not large: a busy store must not do little else. */
    private static final Duration BETWEEN_REWRITES = Duration.ofSeconds(5);

    private static final int DEAD_PARTS = 2;

    /** Something to do with the file. */
    private interface Work {
        /** Whether it changes rows. */
        boolean isChange();

        /** Does it; a change is not on the disk yet afterwards. */
        void on(StateFile file);

        /** It is done, and on the disk. */
        void done();

        /** It failed. */
        void failed(EdgeException error);
    }

    private final Env env;
    private final StateFileOpener opener;

    /** The file whose lock makes the directory the client's. */
    private final Optional<Object> lock;

    private final Strand timer;
    private final Deque<Work> waiting = new ArrayDeque<>();
    private @Nullable Cancellable nextWrite;
    private boolean writing;
    private boolean closed;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    // Touched by the task that writes only.
    private @Nullable StateFile file;
    private Optional<Object> opened = Optional.empty();
    private volatile @Nullable EdgeException failure;
    private long lastFailure;
    private long rewriteFrom = SMALL_FILE;
    private long lastRewrite;
    private volatile long lastSync;

    private MvStateStore(Env env, StateFileOpener opener) {
        this.env = env;
        this.opener = opener;
        this.lock = opener.fileNamed(StateDirectory.LOCK);
        this.timer = env.strand("state store");
        this.lastSync = env.nanos() - GATHERING.toNanos();
        this.lastRewrite = env.nanos();
    }

    /**
     * Opens the store of a directory. A damaged file is salvaged as far as it can be read, or set aside. Blocks on the disk.
     *
     * @throws EdgeException IO if the disk cannot be read or takes nothing
     */
    public static MvStateStore open(Path directory, Env env) {
        return open(StateFiles.of(directory), env);
    }

    static MvStateStore open(StateFiles files, Env env) {
        MvStateStore store = new MvStateStore(env, new StateFileOpener(files));
        store.blocking(() -> store.use(store.opener.open(env.wall())));
        return store;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public boolean works() {
        return failure == null;
    }

    @Override
    public void load(String identity, Table table, Consumer<Row> to) {
        readAll(open -> open.scan(identity, table, to));
    }

    @Override
    public void keys(String identity, Table table, ObjIntConsumer<String> to) {
        readAll(open -> open.keys(identity, table, to));
    }

    private void readAll(Consumer<StateFile> reader) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        enqueue(new Reading<@Nullable Void>(done, open -> {
            reader.accept(open);
            return null;
        }));
        Blocking.join(done);
    }

    @Override
    public CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys) {
        CompletableFuture<Map<String, String>> found = new CompletableFuture<>();
        enqueue(new Reading<>(found, open -> open.read(identity, table, keys)));
        return found;
    }

    @Override
    public CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        enqueue(new Change(identity, batch, done));
        return done;
    }

    private void enqueue(Work work) {
        boolean refused;
        synchronized (waiting) {
            refused = closed;
            if (!refused) {
                waiting.add(work);
                if (!work.isChange()) {
                    // Who reads waits for it.
                    cancelWait();
                    lastSync = env.nanos() - GATHERING.toNanos();
                }
                scheduleWrite();
            }
        }
        if (refused) {
            work.failed(new EdgeException(ErrorCode.FAILED_PRECONDITION, "the state directory is closed"));
        }
    }

    /** With the monitor of what waits. */
    private void scheduleWrite() {
        if (writing || nextWrite != null || waiting.isEmpty()) {
            return;
        }
        long rest = lastSync + GATHERING.toNanos() - env.nanos();
        if (rest > 0) {
            nextWrite = timer.after(Duration.ofNanos(rest), this::beginWrite);
        } else {
            dispatchWrite();
        }
    }

    private void cancelWait() {
        if (nextWrite != null) {
            nextWrite.cancel();
            nextWrite = null;
        }
    }

    private void beginWrite() {
        synchronized (waiting) {
            nextWrite = null;
            if (!writing && (closed || !waiting.isEmpty())) {
                dispatchWrite();
            }
        }
    }

    /** If there is no thread to be had now, the store tries again: what waits must not wait for the next commit, which may never come. */
    private void dispatchWrite() {
        writing = true;
        try {
            env.io().execute(this::write);
        } catch (Throwable noThread) {
            // No line for the log: it may block, and commits of strands need the monitor.
            writing = false;
            nextWrite = timer.after(REST, this::beginWrite);
        }
    }

    private void write() {
        List<Work> group;
        synchronized (waiting) {
            group = List.copyOf(waiting);
            waiting.clear();
        }
        try {
            if (!group.isEmpty()) {
                process(group);
            }
        } catch (Throwable fault) {
            EdgeException error = opener.unusable(fault);
            group.forEach(work -> work.failed(error));
        } finally {
            boolean end;
            synchronized (waiting) {
                writing = false;
                end = closed && waiting.isEmpty();
                if (closed && !end) {
                    dispatchWrite();
                } else {
                    scheduleWrite();
                }
            }
            if (end) {
                closeFile();
            }
        }
    }

    private void process(List<Work> group) {
        boolean isKept = true;
        try {
            StateFile open = openFile();
            if (group.stream().noneMatch(Work::isChange)) {
                group.forEach(work -> work.on(open));
            } else if (isInPlace()) {
                group.forEach(work -> work.on(open));
                open.sync();
                lastSync = env.nanos();
                // Only what the next start will find is kept.
                openFile();
                isKept = isInPlace();
            } else {
                // What it had is still there to be read and sent.
                group.stream().filter(work -> !work.isChange()).forEach(work -> work.on(open));
                isKept = false;
            }
        } catch (Throwable broken) {
            EdgeException error = giveUpFile(broken);
            group.forEach(work -> work.failed(error));
            return;
        }
        if (isKept) {
            group.forEach(Work::done);
            tidy();
        } else {
            EdgeException error = failed(opener.gone());
            group.forEach(work -> work.failed(error));
        }
    }

    /** The file, in its place if that can be done. */
    private StateFile openFile() {
        StateFile open = file;
        if (open == null) {
            EdgeException former = failure;
            if (former != null && env.nanos() - lastFailure < REST.toNanos()) {
                throw former;
            }
            if (!ownsDirectory()) {
                throw opener.gone();
            }
            open = use(opener.open(env.wall()));
            worksAgain();
        } else if (isInPlace()) {
            worksAgain();
        } else if (ownsDirectory()) {
            LOG.warn("someone has deleted or replaced the state file {}; the client writes it again", opener.address());
            file = null;
            open = use(opener.rewritten(open));
        }
        return open;
    }

    private StateFile use(StateFile open) {
        file = open;
        opened = opener.fileNamed(StateFileOpener.NAME);
        return open;
    }

    /** Whether the next start would find the file that is open. */
    private boolean isInPlace() {
        return opened.isPresent() && opened.equals(opener.fileNamed(StateFileOpener.NAME));
    }

    /** Whether the directory is the one that the client has locked, and not another or none in its place. */
    private boolean ownsDirectory() {
        return lock.equals(opener.fileNamed(StateDirectory.LOCK));
    }

    private void worksAgain() {
        if (failure != null) {
            LOG.info("the state file works again");
            failure = null;
        }
    }

    private EdgeException giveUpFile(Throwable broken) {
        StateFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
        return failed(broken instanceof EdgeException known ? known : opener.unusable(broken));
    }

    private EdgeException failed(EdgeException error) {
        if (failure == null) {
            LOG.warn("{} (logs no further failures until it works again)", error.getMessage());
        }
        if (failure != error) {
            failure = error;
            lastFailure = env.nanos();
        }
        return error;
    }

    private void tidy() {
        StateFile open = file;
        if (open == null || !isWorthRewriting(open)) {
            return;
        }
        file = null;
        long bytes = open.fileBytes();
        lastRewrite = env.nanos();
        try {
            use(opener.rewritten(open));
            rewriteFrom = SMALL_FILE;
        } catch (Throwable noRoom) {
            // The file itself is as good as before: it is opened again, and rewritten when it has grown by half.
            rewriteFrom = bytes + bytes / 2;
            Loggers.log(
                    LOG,
                    bytes < LARGE_FILE ? Level.DEBUG : Level.WARN,
                    "the state file holds mostly dead data, and the client cannot shrink it yet: {}",
                    Failures.describe(noRoom));
        }
    }

    private boolean isWorthRewriting(StateFile open) {
        long bytes = open.fileBytes();
        return bytes >= rewriteFrom
                && (bytes >= LARGE_FILE || env.nanos() - lastRewrite >= BETWEEN_REWRITES.toNanos())
                && bytes >= (DEAD_PARTS + 1) * open.liveBytes();
    }

    @Override
    public void close() {
        synchronized (waiting) {
            if (!closed) {
                closed = true;
                cancelWait();
                if (!writing) {
                    dispatchWrite();
                }
            }
        }
        Blocking.join(ended);
    }

    private void closeFile() {
        StateFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
        ended.complete(null);
    }

    /** Runs on a thread that is never interrupted, and waits for it. */
    private <T> T blocking(Supplier<T> action) {
        return Blocking.join(CompletableFuture.supplyAsync(action, env.io()));
    }

    private record Change(String identity, Batch batch, CompletableFuture<@Nullable Void> result) implements Work {

        @Override
        public boolean isChange() {
            return true;
        }

        @Override
        public void on(StateFile file) {
            file.apply(identity, batch);
        }

        @Override
        public void done() {
            result.complete(null);
        }

        @Override
        public void failed(EdgeException error) {
            result.completeExceptionally(error);
        }
    }

    /** Reads; what it gives is complete at once, since it does not depend on the sync. */
    private record Reading<T extends @Nullable Object>(CompletableFuture<T> result, Function<StateFile, T> reader)
            implements Work {

        @Override
        public boolean isChange() {
            return false;
        }

        @Override
        public void on(StateFile file) {
            result.complete(reader.apply(file));
        }

        @Override
        public void done() {
            // Complete already.
        }

        @Override
        public void failed(EdgeException error) {
            result.completeExceptionally(error);
        }
    }
}
