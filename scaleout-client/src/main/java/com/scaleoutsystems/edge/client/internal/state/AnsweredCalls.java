package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Which methods each combiner has answered, in this run or, with a state directory, in an earlier one. A restart must not turn a proxy's
 * refusal into the combiner's. Thread-safe; does not block on the disk, except where it is opened.
 */
public final class AnsweredCalls {

    private static final Logger LOG = Loggers.of(Loggers.TRANSPORT);

    static final String FILE = "answered-calls";

    /** Enough for dozens of combiners; the oldest are forgotten first. */
    static final int MOST = 1_000;

    private final Optional<Path> file;
    private final Env env;

    /** Lines of the file, oldest first: the combiner's address, a blank, the method. */
    private final Set<String> lines = new LinkedHashSet<>();

    private final Object writing = new Object();
    private boolean saving;

    private AnsweredCalls(Optional<Path> file, Env env) {
        this.file = file;
        this.env = env;
    }

    /** None yet, and all of them end with the process. */
    public static AnsweredCalls inMemory(Env env) {
        return new AnsweredCalls(Optional.empty(), env);
    }

    /** Those of earlier runs with a state directory, which keeps new ones too. Blocks on the disk. */
    public static AnsweredCalls open(Path directory, Env env) {
        Path file = directory.resolve(FILE);
        AnsweredCalls calls = new AnsweredCalls(Optional.of(file), env);
        try {
            if (Files.exists(file)) {
                // Of bytes that are no text, only their own lines are lost.
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(calls::note);
            }
        } catch (IOException unreadable) {
            LOG.debug("the client could not read which calls its combiners have answered", unreadable);
        }
        return calls;
    }

    /** Whether the combiner at an address has answered a call of a method. */
    public synchronized boolean contains(String combiner, String method) {
        return lines.contains(combiner + " " + method);
    }

    /** The combiner at an address has answered a call of a method. */
    public synchronized void add(String combiner, String method) {
        if (note(combiner + " " + method) && file.isPresent() && !saving) {
            saving = true;
            try {
                env.io().execute(() -> save(file.get()));
            } catch (Throwable noThread) {
                // The next one saves all.
                saving = false;
            }
        }
    }

    private synchronized boolean note(String line) {
        boolean isNew = lines.add(line);
        if (lines.size() > MOST) {
            lines.remove(lines.iterator().next());
        }
        return isNew;
    }

    private synchronized List<String> toSave() {
        saving = false;
        return List.copyOf(lines);
    }

    private void save(Path to) {
        synchronized (writing) {
            try {
                OwnerOnly.write(to, (String.join("\n", toSave()) + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException unwritable) {
                LOG.debug("the client could not keep which calls its combiners have answered", unwritable);
            }
        }
    }
}
