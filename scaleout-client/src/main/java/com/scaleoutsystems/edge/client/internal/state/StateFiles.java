package com.scaleoutsystems.edge.client.internal.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FileUtils;

/**
 * The files of one directory, by the same file systems that MVStore uses.
 *
 * @param directory its address in the terms of MVStore
 * @param folder what those do not tell of it
 */
record StateFiles(String directory, Folder folder) {

    /** How the address of a directory begins that is one of the system's. */
    private static final String ON_DISK = "file:";

    private static final int COPY_BYTES = 1 << 16;

    /** The names in a directory. */
    interface Folder {

        /** Makes what happened to names survive a power cut. */
        void sync() throws IOException;

        /** Which file has a name at the moment: equal as long as it is the same file; empty if there is none. */
        Optional<Object> fileNamed(String name);
    }

    /** The files of a real directory. */
    static StateFiles of(Path directory) {
        Path absolute = directory.toAbsolutePath();
        return new StateFiles(ON_DISK + absolute, new Folder() {
            @Override
            public void sync() throws IOException {
                DurableFiles.syncDirectory(absolute);
            }

            @Override
            public Optional<Object> fileNamed(String name) {
                return DurableFiles.fileAt(absolute.resolve(name));
            }
        });
    }

    String address(String name) {
        return directory + "/" + name;
    }

    /** Sees to it that others can do nothing with a file, and makes it if it is not there. */
    void reserve(String name) {
        if (!directory.startsWith(ON_DISK)) {
            return;
        }
        try {
            OwnerOnly.open(Path.of(address(name).substring(ON_DISK.length()))).close();
        } catch (IOException | UnsupportedOperationException refused) {
            // Whoever opens it finds out why, too, and says so.
            return;
        }
    }

    boolean exists(String name) {
        return FileUtils.exists(address(name));
    }

    void move(String from, String to) throws IOException {
        FileUtils.moveAtomicReplace(address(from), address(to));
        folder.sync();
    }

    void delete(String name) throws IOException {
        FileUtils.delete(address(name));
        folder.sync();
    }

    /** The names that begin so, in alphabetical order. */
    List<String> names(String prefix) {
        List<String> names = new ArrayList<>();
        for (FilePath file : FilePath.get(directory).newDirectoryStream()) {
            if (file.getName().startsWith(prefix)) {
                names.add(file.getName());
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** Copies the first bytes of a file. */
    void copy(String from, String to, long length) throws IOException {
        FileUtils.delete(address(to));
        reserve(to);
        try (FileChannel in = FileUtils.open(address(from), "r");
                FileChannel out = FileUtils.open(address(to), "rw")) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long done = 0; done < length; done += buffer.limit()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, length - done));
                FileUtils.readFully(in, buffer);
                buffer.flip();
                FileUtils.writeFully(out, buffer);
            }
            out.force(true);
        }
    }
}
