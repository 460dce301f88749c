package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the API, or of something that stands in front of it.
 *
 * @param status its HTTP status
 * @param body its body as text
 * @param date when it was sent, by the server's clock, if it says so
 * @param retryAfter how long the server asks to wait, if it does
 * @param secrets what was sent and must not be quoted, should the server repeat it
 */
record HttpAnswer(
        int status, String body, Optional<Instant> date, Optional<Duration> retryAfter, List<String> secrets) {

    private static final int MAX_QUOTED = 300;
    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]*\\.[\\w-]*\\.[\\w-]*");

    Map<String, @Nullable Object> object() {
        return Json.readObject("the server's answer", body);
    }

    /** Whether this is a page for browsers: then it comes from a proxy, a login page or another server, not from the API. */
    boolean isWebPage() {
        return body.stripLeading().startsWith("<");
    }

    /** What the server says in words, without the secrets. */
    String message() {
        String text = isWebPage() ? "a web page" : words();
        for (String secret : secrets) {
            text = text.replace(secret, "…");
        }
        return TOKEN.matcher(text).replaceAll("…");
    }

    private String words() {
        try {
            if (object().get("message") instanceof String text && !text.isBlank()) {
                return text;
            }
        } catch (EdgeException notJson) {
            // Then the body itself is the best there is.
        }
        String text = body.strip();
        if (text.isEmpty()) {
            return "no message";
        }
        if (status < 300) {
            // A good answer may hold tokens, though it is not one that can be read.
            return "an answer of another form than expected";
        }
        return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text;
    }

    @Override
    public String toString() {
        return "HTTP " + status + ": " + message();
    }
}
