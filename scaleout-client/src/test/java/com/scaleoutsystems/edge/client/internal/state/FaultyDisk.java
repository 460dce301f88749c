package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.core.Env;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;

/**
 * A disk in memory on which files are written and synced as on a real one, and which can be full or read-only, or lose its power: then it
 * holds what was synced, and of the later writes an arbitrary part, some of them torn.
 */
public final class FaultyDisk implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int SECTOR = 512;

    /** A write, or a truncation where there is no content. */
    private record Change(long position, byte[] content, boolean truncation) {}

    /** Bytes that may become more. */
    private static final class Image {
        private byte[] bytes = new byte[0];
        private int length;

        void apply(Change change) {
            if (change.truncation()) {
                length = (int) Math.min(length, change.position());
                return;
            }
            int end = (int) change.position() + change.content().length;
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
            }
            if (change.position() > length) {
                Arrays.fill(bytes, length, (int) change.position(), (byte) 0);
            }
            System.arraycopy(change.content(), 0, bytes, (int) change.position(), change.content().length);
            length = Math.max(length, end);
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, length);
        }

        static Image of(byte[] content) {
            Image image = new Image();
            image.apply(new Change(0, content, false));
            return image;
        }
    }

    private static final class Content {
        private final Image current;
        private final Image synced;
        private final List<Change> unsynced = new ArrayList<>();

        Content(byte[] bytes) {
            current = Image.of(bytes);
            synced = Image.of(bytes);
        }

        void change(Change change) {
            current.apply(change);
            unsynced.add(change);
        }

        void sync() {
            unsynced.forEach(synced::apply);
            unsynced.clear();
        }

        /** What was synced, and of the later writes some, in any order, some of them in part. */
        Content afterPowerCut(RandomGenerator random) {
            List<Change> later = new ArrayList<>(unsynced);
            for (int i = later.size() - 1; i > 0; i--) {
                later.set(i, later.set(random.nextInt(i + 1), later.get(i)));
            }
            Image left = Image.of(synced.toBytes());
            for (Change change : later) {
                double fate = random.nextDouble();
                if (fate < 0.4) {
                    left.apply(change);
                } else if (fate < 0.8 && !change.truncation()) {
                    applyTorn(left, change, random);
                }
            }
            return new Content(left.toBytes());
        }

        private static void applyTorn(Image to, Change change, RandomGenerator random) {
            double share = random.nextDouble();
            for (int from = 0; from < change.content().length; from += SECTOR) {
                if (random.nextDouble() < share) {
                    int end = Math.min(change.content().length, from + SECTOR);
                    to.apply(new Change(
                            change.position() + from, Arrays.copyOfRange(change.content(), from, end), false));
                }
            }
        }
    }

    private final String scheme = "faulty" + COUNT.incrementAndGet();
    private Map<String, Content> files = new HashMap<>();
    private Map<String, Content> syncedNames = new HashMap<>();
    private final OnePath root = new OnePath("");
    private int operations;
    private int syncs;
    private int powerLastsFor = Integer.MAX_VALUE;
    private boolean full;
    private boolean readOnly;
    private boolean withoutMemory;
    private long capacity = Long.MAX_VALUE;
    private long lost = -1;

    /** An empty one. */
    public FaultyDisk() {
        FilePath.register(root);
    }

    /** The only directory on this disk. */
    StateFiles files() {
        return new StateFiles(scheme + ":", new StateFiles.Folder() {
            @Override
            public void sync() throws IOException {
                syncDirectory();
            }

            @Override
            public Optional<Object> fileNamed(String name) {
                synchronized (FaultyDisk.this) {
                    return Optional.ofNullable(files.get("/" + name));
                }
            }
        });
    }

    /** The store on this disk. */
    public StateStore open(Env env) {
        return MvStateStore.open(files(), env);
    }

    /** How often something was written, cut, renamed, deleted or synced. */
    synchronized int operations() {
        return operations;
    }

    synchronized int syncs() {
        return syncs;
    }

    /** From now on writes fail, or do so no longer. */
    public synchronized void full(boolean now) {
        full = now;
    }

    /** From now on nothing can be changed, or it can again: as where the system mounts a disk anew after errors. */
    public synchronized void readOnly(boolean now) {
        readOnly = now;
    }

    /** From now on whoever reads or writes finds no memory to do so, or does again. */
    synchronized void withoutMemory(boolean now) {
        withoutMemory = now;
    }

    private void checkMemory() {
        if (withoutMemory) {
            throw new OutOfMemoryError("Java heap space");
        }
    }

    /** From now on nobody can read the byte at this position of a file. */
    synchronized void lose(long position) {
        lost = position;
    }

    /** From now on it holds so many bytes. */
    synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** After so many more operations everything fails. */
    public synchronized void cutPowerAfter(int more) {
        powerLastsFor = operations + more;
    }

    /** Whether it can do nothing any more. */
    public synchronized boolean isWithoutPower() {
        return operations >= powerLastsFor;
    }

    /** The disk when the power is back. */
    public synchronized FaultyDisk afterPowerCut(RandomGenerator random) {
        FaultyDisk later = new FaultyDisk();
        Map<String, Content> names = random.nextBoolean() ? files : syncedNames;
        names.forEach((name, content) -> later.files.put(name, content.afterPowerCut(random)));
        later.syncNames();
        return later;
    }

    /** What is in a file. */
    public synchronized byte[] read(String name) {
        return files.get("/" + name).current.toBytes();
    }

    /** How many bytes are in a file. */
    public synchronized long size(String name) {
        return files.get("/" + name).current.length;
    }

    /** Puts a file there. */
    public synchronized void write(String name, byte[] bytes) {
        files.put("/" + name, new Content(bytes));
        syncNames();
    }

    /** The names of all files. */
    public synchronized List<String> names() {
        return files.keySet().stream().map(name -> name.substring(1)).sorted().toList();
    }

    private synchronized void syncDirectory() throws IOException {
        operation();
        syncNames();
    }

    private synchronized void syncNames() {
        syncedNames = new HashMap<>(files);
    }

    private synchronized void changed(Content content, Change change) throws IOException {
        operation();
        checkWritable();
        if (full || isTooMuch(content, change)) {
            throw new IOException("No space left on device");
        }
        content.change(change);
    }

    private boolean isTooMuch(Content content, Change change) {
        long grows = change.position() + change.content().length - content.current.length;
        return grows > 0
                && grows
                                + files.values().stream()
                                        .mapToLong(file -> file.current.length)
                                        .sum()
                        > capacity;
    }

    private synchronized void synced(Content content) throws IOException {
        operation();
        syncs++;
        content.sync();
    }

    private void checkWritable() throws IOException {
        if (readOnly) {
            throw new FileSystemException("a file", null, "Read-only file system");
        }
    }

    /** The same for what may throw no checked exception. */
    private void nameOperation() {
        try {
            operation();
            checkWritable();
        } catch (IOException off) {
            throw new UncheckedIOException(off);
        }
    }

    private void operation() throws IOException {
        if (isWithoutPower()) {
            throw new IOException("the power is off");
        }
        operations++;
    }

    @Override
    public void close() {
        FilePath.unregister(root);
    }

    private final class Channel extends FileBaseDefault {

        private final Content content;

        Channel(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            synchronized (FaultyDisk.this) {
                return content.current.length;
            }
        }

        @Override
        public synchronized int read(ByteBuffer to, long position) throws IOException {
            synchronized (FaultyDisk.this) {
                checkMemory();
                if (position <= lost && lost < position + to.remaining()) {
                    throw new IOException("Input/output error");
                }
                int length = (int) Math.min(to.remaining(), content.current.length - position);
                if (length <= 0) {
                    return -1;
                }
                to.put(content.current.bytes, (int) position, length);
                return length;
            }
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            checkMemory();
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            changed(content, new Change(position, bytes, false));
            return bytes.length;
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            changed(content, new Change(size, new byte[0], true));
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synced(content);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            return new FileLock(this, position, size, shared) {
                @Override
                public boolean isValid() {
                    return true;
                }

                @Override
                public void release() {
                    // Nobody else could have it.
                }
            };
        }
    }

    private final class OnePath extends FilePath {

        OnePath(String path) {
            this.name = path.startsWith(scheme + ":") ? path.substring(scheme.length() + 1) : path;
        }

        @Override
        public FilePath getPath(String path) {
            return new OnePath(path);
        }

        @Override
        public String getName() {
            return name.substring(name.lastIndexOf('/') + 1);
        }

        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            synchronized (FaultyDisk.this) {
                if (!mode.equals("r")) {
                    checkWritable();
                }
                if (!files.containsKey(name)) {
                    operation();
                }
                files = new HashMap<>(files);
                return new Channel(files.computeIfAbsent(name, any -> new Content(new byte[0])));
            }
        }

        @Override
        public boolean exists() {
            synchronized (FaultyDisk.this) {
                return files.containsKey(name);
            }
        }

        @Override
        public long size() {
            synchronized (FaultyDisk.this) {
                return files.get(name).current.length;
            }
        }

        @Override
        public void moveTo(FilePath to, boolean replace) {
            synchronized (FaultyDisk.this) {
                nameOperation();
                files = new HashMap<>(files);
                files.put(((OnePath) to).name, files.remove(name));
            }
        }

        @Override
        public boolean createFile() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete() {
            synchronized (FaultyDisk.this) {
                nameOperation();
                files = new HashMap<>(files);
                files.remove(name);
            }
        }

        @Override
        public List<FilePath> newDirectoryStream() {
            synchronized (FaultyDisk.this) {
                return files.keySet().stream()
                        .map(file -> (FilePath) new OnePath(file))
                        .toList();
            }
        }

        @Override
        public FilePath toRealPath() {
            return this;
        }

        @Override
        public FilePath getParent() {
            return null;
        }

        @Override
        public boolean isDirectory() {
            return false;
        }

        @Override
        public boolean isRegularFile() {
            return true;
        }

        @Override
        public boolean isAbsolute() {
            return true;
        }

        @Override
        public long lastModified() {
            return 0;
        }

        @Override
        public boolean canWrite() {
            synchronized (FaultyDisk.this) {
                return !readOnly;
            }
        }

        @Override
        public void createDirectory() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean setReadOnly() {
            return false;
        }
    }
}
