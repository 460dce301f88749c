package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private static final Set<Integer> PLAIN_REFUSALS = Set.of(400, 401, 406, 429);

    Map<String, @Nullable Object> object() {
        return Json.readObject("the server's answer", body);
    }

    /** Whether this is a page for browsers: then it comes from a proxy, a login page or another server, not from the API. */
    boolean isWebPage() {
        return body.stripLeading().startsWith("<");
    }

    /**
     * Whether something else has answered in the API's place. The API answers in JSON. It may accept or refuse a request, refuse a token,
     * and fail, in plain words, too.
     */
    boolean isNotTheApis() {
        boolean mayBePlain = status < 300 || PLAIN_REFUSALS.contains(status) || status >= 500;
        return isWebPage() || (!mayBePlain && !isObject());
    }

    private boolean isObject() {
        try {
            object();
            return true;
        } catch (EdgeException notJson) {
            return false;
        }
    }

    /** What the server says in words, fit to be shown. */
    String message() {
        return isWebPage() ? "a web page" : quoted(words());
    }

    /** A text that quotes the answer, fit to be shown. */
    String quoted(@Nullable String text) {
        return ServerText.of(text, secrets);
    }

    private String words() {
        try {
            if (object().get("message") instanceof String text && !text.isBlank()) {
                return text;
            }
        } catch (EdgeException notJson) {
            // Then the body itself is the best there is.
        }
        if (body.isBlank()) {
            return "no message";
        }
        if (status < 300) {
            // A good answer may hold tokens, though it is not one that can be read.
            return "an answer of another form than expected";
        }
        return body;
    }

    @Override
    public String toString() {
        return "HTTP " + status + ": " + message();
    }
}
