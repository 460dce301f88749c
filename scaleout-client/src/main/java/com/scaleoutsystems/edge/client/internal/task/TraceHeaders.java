package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.FewLines;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lets through those headers of a tracer's that a call can carry. A bad one is logged once. Thread-safe. */
final class TraceHeaders {

    /** How much the headers of a call may have in all: servers take 8 KiB of metadata by default, and the token needs most of it. */
    static final int MOST_CHARACTERS = 2_048;

    /** What HTTP/2 adds to the size of each header where a server limits them. */
    private static final int ENTRY = 32;

    private static final int MOST_WARNINGS = 100;
    private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[ -~]*");

    /** What the client, gRPC or HTTP/2 say themselves, and what HTTP/2 forbids: servers reset a call with such a header. */
    private static final Set<String> TAKEN = Set.of(
            "authorization",
            "checksum",
            "client",
            "client-id",
            "connection",
            "content-length",
            "content-type",
            "host",
            "http2-settings",
            "keep-alive",
            "model-id",
            "name",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade",
            "user-agent");

    private final FewLines lines;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    TraceHeaders(FewLines lines) {
        this.lines = lines;
    }

    /** Those of the headers that are legal. */
    Map<String, String> legal(Map<String, String> given) {
        Map<String, String> legal = new TreeMap<>();
        int characters = 0;
        for (Map.Entry<String, String> header : given.entrySet()) {
            String name = String.valueOf(header.getKey());
            Optional<String> fault = fault(name, header.getValue());
            int size = fault.isPresent() ? 0 : name.length() + header.getValue().length() + ENTRY;
            if (fault.isEmpty() && characters + size > MOST_CHARACTERS) {
                fault = Optional.of("all headers have more than " + MOST_CHARACTERS + " characters together, with "
                        + ENTRY + " more for each");
            }
            if (fault.isPresent()) {
                warn(name, fault.get());
            } else {
                characters += size;
                legal.put(name, header.getValue());
            }
        }
        return Map.copyOf(legal);
    }

    private static Optional<String> fault(String name, @Nullable String value) {
        if (!NAME.matcher(name).matches() || name.endsWith("-bin")) {
            return Optional.of("its name is not legal");
        }
        if (TAKEN.contains(name) || name.startsWith("grpc-")) {
            return Optional.of("the client sets this one itself, or HTTP/2 forbids it");
        }
        return value != null && VALUE.matcher(value).matches()
                ? Optional.empty()
                : Optional.of("its value has characters other than printable ASCII");
    }

    private void warn(String name, String fault) {
        if (warned.size() < MOST_WARNINGS && warned.add(name)) {
            lines.warn("the tracer's header '{}' is not sent: {} (logged once)", TaskTexts.shown(name), fault);
        }
    }
}
