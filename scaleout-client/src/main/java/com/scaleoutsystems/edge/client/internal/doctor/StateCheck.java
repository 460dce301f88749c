package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a client can keep its state: the directory is writable, has room, and belongs to no other client. */
final class StateCheck {

    static final String NAME = "state directory";

    static final String MAKE_WRITABLE = "let this user write there, or give another directory to stateDirectory(...)";

    /** Less than this is not enough for the tokens and a few models. */
    private static final long LEAST_FREE_BYTES = 100L << 20;

    private final Findings findings;
    private final long leastFreeBytes;

    StateCheck(Findings findings) {
        this(findings, LEAST_FREE_BYTES);
    }

    StateCheck(Findings findings, long leastFreeBytes) {
        this.findings = findings;
        this.leastFreeBytes = leastFreeBytes;
    }

    /**
     * Looks at the directory and locks it.
     *
     * @return the directory, which the caller closes; empty if there is none or it cannot be used
     */
    Optional<StateDirectory> open(Optional<Path> path) {
        if (path.isEmpty()) {
            findings.ok(NAME, "none: the client keeps its state in memory, and loses it with the process");
            return Optional.empty();
        }
        try {
            StateDirectory directory = StateDirectory.open(path.get());
            if (usable(path.get())) {
                return Optional.of(directory);
            }
            directory.close();
        } catch (EdgeException e) {
            boolean used = e.code() == ErrorCode.FAILED_PRECONDITION;
            findings.fault(
                    NAME,
                    used ? "in use by another client: " + path.get() : "not writable: " + path.get(),
                    used ? "close the other client, or give each client a directory of its own" : MAKE_WRITABLE,
                    Findings.describe(e));
        }
        return Optional.empty();
    }

    /** Whether a directory that is locked can be written and has room. */
    boolean usable(Path path) {
        try {
            Path trial = path.resolve("doctor.part");
            Files.write(trial, new byte[0]);
            Files.deleteIfExists(trial);
            long free = Files.getFileStore(path).getUsableSpace();
            if (free < leastFreeBytes) {
                return findings.fault(
                        NAME,
                        "almost full: " + (free >> 20) + " MiB are free for " + path,
                        "make room, or give a directory on another disk to stateDirectory(...)",
                        "");
            }
            return findings.ok(NAME, path + " can be written, " + (free >> 20) + " MiB are free");
        } catch (IOException e) {
            return findings.fault(NAME, "not writable: " + path, MAKE_WRITABLE, Findings.describe(e));
        }
    }
}
