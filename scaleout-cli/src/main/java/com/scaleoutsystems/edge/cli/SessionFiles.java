package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a session leaves behind: the final model and a report. */
final class SessionFiles {

    private final @Nullable Path folder;

    /** Makes the folder, if there is to be one, so that a wrong path is known before the work is done. */
    SessionFiles(@Nullable Path folder) {
        this.folder = folder;
        if (folder != null) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw Failures.file("cannot make the folder", folder, e);
            }
        }
    }

    void write(Sandbox sandbox, SessionResult session) {
        if (folder != null) {
            try (ScaleoutModel model = sandbox.model(session.modelId())) {
                model.saveTo(folder.resolve("model.scm"));
            }
            write(folder.resolve("report.json"), JsonLine.of(report(session)) + "\n");
        }
    }

    /** A finished round, which the command prints at once. */
    static Map<String, Object> line(RoundResult round) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("round", round.round());
        line.put("updates", round.updates().size());
        line.put("validations", round.validations().size());
        line.put("seconds", round.duration().toNanos() / 1e9);
        line.put("metrics", round.metrics());
        return line;
    }

    private static Map<String, Object> report(SessionResult session) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("session_id", session.sessionId());
        report.put("model_id", session.modelId());
        report.put(
                "rounds", session.rounds().stream().map(SessionFiles::details).toList());
        return report;
    }

    private static Map<String, Object> details(RoundResult round) {
        Map<String, Object> details = line(round);
        details.put("model_id", round.modelId());
        details.put("bytes", round.bytes());
        details.put(
                "clients",
                round.updates().stream().map(Recorded.ModelUpdate::clientId).toList());
        details.put("failures", round.failures());
        return details;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw Failures.file("cannot write", file, e);
        }
    }

    /** Writes a file that may hold secrets; whoever waits for it never sees a part of it. */
    static void writeOwnersOnly(Path file, String text) {
        Path aside = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(aside);
            Files.createFile(aside, ownersOnly(aside));
            Files.write(aside, text.getBytes(StandardCharsets.UTF_8));
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failures.file("cannot write", file, e);
        }
    }

    private static FileAttribute<?>[] ownersOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
