package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the API, or of something that stands in front of it.
 *
 * @param status its HTTP status
 * @param body its body as text
 * @param html whether it calls itself a web page
 * @param date when it was sent, by the server's clock, if it says so
 * @param retryAfter how long the server asks to wait, if it does
 * @param location where the server wants the request to go instead, if it says so
 * @param sent what was sent, as far as it matters for the answer
 */
record HttpAnswer(
        int status,
        String body,
        boolean html,
        Optional<Instant> date,
        Optional<Duration> retryAfter,
        Optional<String> location,
        Sent sent) {

    /**
     * What was sent.
     *
     * @param bearer the access token in the header, if there was one
     * @param secrets what must not be quoted, should the server repeat it
     */
    record Sent(Optional<String> bearer, List<String> secrets) {}

    Map<String, @Nullable Object> object() {
        return Json.readObject("the server's answer", body);
    }

    /** Whether this is a page for browsers: then it comes from a proxy, a login page or another server, not from the API. */
    boolean isWebPage() {
        return body.stripLeading().startsWith("<") || (html && !isOfJson());
    }

    /**
     * Whether something else has answered in the API's place. The API answers in JSON, and redirects nowhere. That it has failed does not
     * end a request for good, so plain words may be its own.
     */
    boolean isNotTheApis() {
        boolean redirect = status >= 300 && status < 400;
        boolean refusal = status >= 400 && status < 500;
        boolean assignment = status == 200 || status == 203;
        return isWebPage() || redirect || (refusal && !isObject()) || (assignment && !isOfJson());
    }

    /** Whether this may be JSON, of the expected form or of another. */
    private boolean isOfJson() {
        String text = body.stripLeading();
        return text.startsWith("{") || text.startsWith("[");
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
        return ServerText.of(text, sent.secrets());
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
