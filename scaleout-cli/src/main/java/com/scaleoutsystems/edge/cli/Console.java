package com.scaleoutsystems.edge.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the command has around it.
 *
 * @param out takes data
 * @param err takes everything else
 * @param in standard input
 * @param environment the environment's variables
 * @param process the process that the command runs in
 */
record Console(
        PrintStream out, PrintStream err, InputStream in, Map<String, String> environment, ProcessControl process) {

    /** The process's own; texts are UTF-8 whatever the locale says, so that output does not depend on it. */
    static Console system() {
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.in,
                System.getenv(),
                new SystemProcess());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        OutputStream file = new FileOutputStream(descriptor);
        return new PrintStream(file, false, StandardCharsets.UTF_8);
    }

    /** Writes one line of data, whole and at once, whichever thread calls. */
    void line(String text) {
        synchronized (out) {
            // One write, and no line separator of the platform: what reads this splits at line feeds.
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
            out.flush();
        }
    }

    /** Writes one line beside the data. */
    void note(String text) {
        synchronized (err) {
            err.print(text + "\n");
            err.flush();
        }
    }
}
