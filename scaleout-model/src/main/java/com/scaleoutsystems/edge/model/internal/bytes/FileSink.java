package com.scaleoutsystems.edge.model.internal.bytes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file from its beginning. An interrupt of the writing thread neither stops it nor gets lost: it would close the
 * channel, so the sink opens the channel again and sets the interrupt flag afterwards.
 *
 * <p>A plain file stream would not be closed, but takes twice as long for large files.
 */
public final class FileSink extends OutputStream {
    private final Path file;
    private FileChannel channel;
    private long position;

    /**
     * Opens a file for writing.
     *
     * @param file the file; made if it is missing, else it must be empty: some file systems write one that was emptied to the disk
     *     as soon as it is closed, and deleting it waits for that
     * @throws IOException if it can't be opened
     */
    public FileSink(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(source, from, length);
        while (buffer.hasRemaining()) {
            int start = buffer.position();
            uninterrupted(() -> {
                // How much an interrupted attempt has written is not known, so the same bytes go to the same place
                // again.
                buffer.position(start);
                position += channel.write(buffer, position);
            });
        }
    }

    /**
     * Waits until all that was written is on the disk.
     *
     * @throws IOException if it can't be written
     */
    public void sync() throws IOException {
        uninterrupted(() -> channel.force(true));
    }

    private interface Step {
        void run() throws IOException;
    }

    private void uninterrupted(Step step) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    step.run();
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    channel = FileChannel.open(file, StandardOpenOption.WRITE);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
