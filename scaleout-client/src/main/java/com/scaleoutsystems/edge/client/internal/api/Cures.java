package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What to do about answers that something else than the API has given, or that nobody has. */
final class Cures {

    /** The end of what is said of a port that wants TLS and was spoken to without. */
    static final String WANTS_TLS = " wants TLS; give its URL with https://";

    /** What servers say in words when headers are too large for them. */
    private static final List<String> TOO_LARGE =
            List.of("header or cookie too large", "header fields too large", "header too large", "headers too large");

    private static final int HEADERS_TOO_LARGE = 431;

    /** Such a token fits into the headers that every usual server and proxy accepts. */
    private static final int LARGE_TOKEN = 4_000;

    private Cures() {}

    /** What to do about an answer that is not the API's own; empty if there is nothing to say. */
    static String of(HttpAnswer answer) {
        if (isTooLarge(answer)) {
            return headersTooLarge("", answer.sent().bearer());
        }
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 ->
                answer.location()
                        .map(target -> "; it redirects to "
                                + ServerText.of(target, answer.sent().secrets())
                                + ", which the client does not follow: if that is the API, give its URL to api(...)")
                        .orElse(
                                "; it is a redirect that does not say where to (no Location): check host, port and path of"
                                        + " the URL, and the redirects of the server in front of the API");
            case 400 -> perhapsTooLarge(answer.sent().bearer());
            case 401, 407 ->
                "; have the operator of the proxy let calls of the API pass without a login of its own; if the API itself"
                        + " answers so, get a new credential";
            case 403 ->
                "; have the operator of the proxy or firewall allow this client; check the VPN, if there is one";
            case 404, 405 -> "; check host, port and path of the URL if this lasts";
            default -> "";
        };
    }

    private static boolean isTooLarge(HttpAnswer answer) {
        String words = answer.body().toLowerCase(Locale.ROOT);
        return answer.status() == HEADERS_TOO_LARGE || TOO_LARGE.stream().anyMatch(words::contains);
    }

    /** Some servers give a bare refusal, or break the connection off, when the headers are too large. */
    static String perhapsTooLarge(Optional<String> bearer) {
        return bearer.filter(token -> token.length() > LARGE_TOKEN).isPresent()
                ? headersTooLarge("perhaps ", bearer)
                : "";
    }

    private static String headersTooLarge(String doubt, Optional<String> bearer) {
        return "; " + doubt + ConnectionFault.HEADERS_TOO_LARGE
                + bearer.map(token -> ", as the access token has " + token.length() + " bytes")
                        .orElse("")
                + ": have the limit for headers of the proxy or the server raised (nginx: large_client_header_buffers)";
    }
}
