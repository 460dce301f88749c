package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a state directory is in use. What is not known is an empty text, and tells no two places apart. In a container only the path
 * counts: an image gives all of its containers one machine id, and a new container has a new host name.
 *
 * @param machine tells machines apart without giving their id away
 * @param host the machine's name
 * @param path the directory's real path
 */
record StatePlace(String machine, String host, String path) {

    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");
    private static final int FINGERPRINT = 16;

    private static final String MACHINE = "machine";
    private static final String HOST = "host";
    private static final String PATH = "path";

    /** The place of a directory on this machine. */
    static StatePlace of(Path directory) throws IOException {
        String path = directory.toRealPath().toString();
        return isContainer()
                ? new StatePlace("", "", path)
                : new StatePlace(
                        machineId(Path.of("/etc/machine-id"), Path.of("/var/lib/dbus/machine-id")), hostName(), path);
    }

    private static boolean isContainer() {
        Map<String, String> environment = System.getenv();
        return Files.exists(Path.of("/.dockerenv"))
                || Files.exists(Path.of("/run/.containerenv"))
                || !environment.getOrDefault("container", "").isEmpty()
                || environment.containsKey("KUBERNETES_SERVICE_HOST");
    }

    /** From the first of the files that has an id: one that was made for cloning has none. */
    static String machineId(Path... files) {
        return Stream.of(files)
                .map(StatePlace::firstLine)
                .filter(id -> MACHINE_ID.matcher(id).matches())
                .findFirst()
                .map(id -> Texts.fingerprint(id).substring(0, FINGERPRINT))
                .orElse("");
    }

    /** Not from the network's name service, which may take long. */
    private static String hostName() {
        String kernels = firstLine(Path.of("/proc/sys/kernel/hostname"));
        return kernels.isEmpty() ? System.getenv().getOrDefault("COMPUTERNAME", "") : kernels;
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
        } catch (IOException none) {
            return "";
        }
    }

    /** In the form of {@link #read}. */
    String write() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(MACHINE, machine);
        fields.put(HOST, host);
        fields.put(PATH, path);
        return Json.write("the place", fields) + "\n";
    }

    /** What was written; empty if it is nothing of the kind. */
    static Optional<StatePlace> read(String text) {
        try {
            Map<String, @Nullable Object> fields = Json.readObject("the place", text);
            return Optional.of(
                    new StatePlace(Json.text(fields, MACHINE), Json.text(fields, HOST), Json.text(fields, PATH)));
        } catch (EdgeException damaged) {
            return Optional.empty();
        }
    }

    /** What tells this place from a former one, in words; empty if nothing does. */
    List<String> differences(StatePlace former) {
        List<String> all = new ArrayList<>();
        if (differ(machine, former.machine)) {
            all.add("another machine");
        }
        if (differ(host, former.host)) {
            all.add("host " + former.host + ", now " + host);
        }
        if (differ(path, former.path)) {
            all.add("path " + former.path + ", now " + path);
        }
        return all;
    }

    private static boolean differ(String one, String other) {
        return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
    }
}
