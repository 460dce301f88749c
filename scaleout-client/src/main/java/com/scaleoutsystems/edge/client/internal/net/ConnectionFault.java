package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What lies behind a failed connection, read from the exceptions of the JDK, OkHttp, Netty and gRPC.
 *
 * @param finding what is wrong, in a few words
 * @param cure what to do about it
 */
public record ConnectionFault(String finding, String cure) {

    /** No certificate that the server is trusted for is pinned. */
    public static final String NOT_PINNED = "certificate not pinned";

    /** The certificate is for another host. */
    public static final String OTHER_HOST = "certificate for another host";

    /** No trusted authority has issued the certificate. */
    public static final String UNKNOWN_AUTHORITY = "certificate from an unknown authority";

    /** Something answers in the place of the server. */
    private static final String ANSWERS_INSTEAD = "a proxy answers in the combiner's place";

    /** The headers of a call, of which an access token is the largest, are larger than a proxy accepts. */
    public static final String HEADERS_TOO_LARGE = "a proxy refuses headers of this size";

    private static final String HUNG_UP = "the server hung up";

    /** A rule: words of which one must stand in a message, in lower case, and what they mean. */
    private record Rule(List<String> words, ConnectionFault fault) {}

    private static final ConnectionFault NAME =
            new ConnectionFault("name not found", "check the spelling of the host and this machine's name server");
    private static final ConnectionFault REFUSED = new ConnectionFault(
            "connection refused", "check host and port, and that the server runs and no firewall stands between");
    private static final ConnectionFault NO_ROUTE = new ConnectionFault(
            "no route to the server", "check this machine's network, and whether a proxy is needed");
    private static final ConnectionFault SILENT = new ConnectionFault(
            "no answer in time",
            "check host and port, firewalls and the proxy; a slow network may need longer timeouts in the network profile");
    private static final ConnectionFault EXPIRED = new ConnectionFault(
            "certificate expired",
            "have the server's certificate renewed; if it is valid, set this machine's clock right");
    private static final ConnectionFault NOT_YET_VALID = new ConnectionFault(
            "certificate not valid yet",
            "set this machine's clock right; if it is right, the server's certificate is wrong");
    private static final ConnectionFault PROXY_LOGIN = new ConnectionFault(
            "the proxy refused the login", "give user and password of the proxy to ProxySettings.withLogin(...)");

    /** The first rule that fits counts. */
    private static final List<Rule> RULES = List.of(
            // Proxies answer 407 where there is no login; some answer 401 to a wrong one.
            rule(
                    PROXY_LOGIN.finding(),
                    PROXY_LOGIN.cure(),
                    "status: 407",
                    "status: 401",
                    "for connect: 407",
                    "for connect: 401",
                    "authenticate with proxy"),
            rule(
                    "the proxy refused the connection",
                    "have the proxy allow CONNECT to this host and port, or put the host into noProxy",
                    "code for connect",
                    "proxyconnectexception",
                    ", status: "),
            rule(
                    NOT_PINNED,
                    "someone may be in the middle; if the server's key was changed on purpose, pin the new one",
                    NOT_PINNED),
            rule(
                    OTHER_HOST,
                    "use a name that the certificate is for, or have the server's certificate name this host;"
                            + " for the combiner the profile's authority may give the name",
                    "no subject alternative",
                    "no name matching",
                    "not verified"),
            rule(
                    UNKNOWN_AUTHORITY,
                    "if the authority is your own, give its root certificate to TlsSettings.withTrustedCertificates(...);"
                            + " otherwise the server must send its intermediate certificates",
                    "unable to find valid certification path",
                    "trust anchor"),
            rule(
                    "the server wants another client certificate",
                    "give the client certificate that the server's operator issued to TlsSettings.withClientCertificate(...),"
                            + " with its intermediates",
                    "certificate_required",
                    "bad_certificate",
                    "certificate required",
                    "bad certificate",
                    "unknown_ca",
                    "alert unknown ca",
                    "certificate_unknown",
                    "certificate_expired",
                    "certificate_revoked",
                    "handshake_failure"),
            rule(
                    "no TLS at this port",
                    "the server speaks plainly there: check the port, use http:// for the API, CombinerTls.OFF for the combiner",
                    "unrecognized ssl message",
                    "not an ssl/tls record",
                    "unrecognized record version",
                    "wrong version number"),
            rule(
                    "no HTTP/2 at this port",
                    "the port must speak gRPC: check host and port, and that a proxy in front of it passes HTTP/2 on;"
                            + " if the server wants TLS, do not switch it off",
                    "not settings",
                    "http/1.1",
                    "alpn",
                    "no_application_protocol",
                    "unexpected http/1"),
            rule(
                    HUNG_UP,
                    "check host and port, and whether the server wants TLS or a client certificate; if it once worked, try again later",
                    "terminated the handshake",
                    "closed while performing ssl handshake",
                    "closed during handshake",
                    "broken pipe",
                    "connection reset",
                    "connectionshutdown",
                    "connection or outbound has closed",
                    "unexpected end of stream",
                    "network closed for unknown reason"),
            rule(HEADERS_TOO_LARGE, cureOfAnswer(431), HEADERS_TOO_LARGE));

    private static Rule rule(String finding, String cure, String... words) {
        return new Rule(List.of(words), new ConnectionFault(finding, cure));
    }

    /**
     * What is known about an answer that something else has given in the place of a server that speaks gRPC.
     *
     * @param httpStatus the answer's HTTP status, or 0 if it has none
     */
    public static ConnectionFault ofAnswer(int httpStatus) {
        String finding = switch (httpStatus) {
            case 413 -> "a proxy refuses calls of this size";
            case 429 -> "a proxy refuses so many calls";
            case 431 -> HEADERS_TOO_LARGE;
            default -> ANSWERS_INSTEAD;
        };
        return new ConnectionFault(
                finding + (httpStatus == 0 ? "" : " (HTTP " + httpStatus + ")"), cureOfAnswer(httpStatus));
    }

    private static String cureOfAnswer(int httpStatus) {
        return switch (httpStatus) {
            case 401, 407 ->
                "have the operator of the proxy in front of the combiner let gRPC calls pass without a login of its own";
            case 403 ->
                "have the operator of the proxy or firewall in front of the combiner allow this client; check the VPN, if"
                        + " there is one";
            case 404, 405 -> "check host and port, and that the proxy has a route to the combiner for gRPC";
            case 413 ->
                "have the proxy's limit for bodies raised above the size of the models (nginx: client_max_body_size, 1 MB by"
                        + " default)";
            case 429 -> "have the proxy's limit for the rate of calls raised";
            case 431 ->
                "have the proxy's limit for headers raised, because a long access token needs it (nginx:"
                        + " large_client_header_buffers)";
            case 500, 502, 503, 504 ->
                "check that the combiner runs, and that the proxy reaches it by HTTP/2 (nginx: grpc_pass)";
            default ->
                httpStatus >= 200 && httpStatus < 400
                        ? "check host and port; if it is a login page, log in there first"
                        : "check host and port, and the settings of the proxy in front of the combiner";
        };
    }

    /** What is known about a failure of which there is only a text. */
    public static Optional<ConnectionFault> ofText(String text) {
        return byTexts(List.of(text.toLowerCase(Locale.ROOT)));
    }

    /** What is known about a failure; empty if it is of no kind that is known here. */
    public static Optional<ConnectionFault> of(Throwable failure) {
        List<Throwable> causes = causes(failure);
        return causes.stream()
                .map(ConnectionFault::byType)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> byWords(causes));
    }

    /** Whether the server has broken the connection off without an answer. */
    public static boolean isBrokenOff(Throwable failure) {
        return of(failure).filter(fault -> fault.finding().equals(HUNG_UP)).isPresent();
    }

    /** The failure in words: what is known about it with its cure, or its own message. */
    public static String describe(Throwable failure) {
        String message = failure.getMessage();
        String own = ServerText.of(message == null || failure instanceof Error ? Failures.describe(failure) : message);
        return of(failure)
                .map(fault -> fault.finding() + " (" + own + "); " + fault.cure())
                .orElse(own + "; check the URL, the network and any proxy");
    }

    /** The failure and all that led to it: a write that broke off keeps what the server answered among its suppressed. */
    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        collect(failure, causes);
        return causes;
    }

    private static void collect(@Nullable Throwable failure, List<Throwable> causes) {
        if (failure == null || causes.contains(failure)) {
            return;
        }
        causes.add(failure);
        collect(failure.getCause(), causes);
        for (Throwable suppressed : failure.getSuppressed()) {
            collect(suppressed, causes);
        }
    }

    private static Optional<ConnectionFault> byType(Throwable cause) {
        return Optional.ofNullable(fault(cause));
    }

    private static @Nullable ConnectionFault fault(Throwable cause) {
        if (cause instanceof CertificateExpiredException) {
            return EXPIRED;
        } else if (cause instanceof CertificateNotYetValidException) {
            return NOT_YET_VALID;
        } else if (cause instanceof UnknownHostException) {
            return NAME;
        } else if (cause instanceof NoRouteToHostException) {
            return NO_ROUTE;
        } else if (cause instanceof SocketTimeoutException || isTimeout(cause)) {
            return SILENT;
        } else if (cause instanceof ConnectException && text(cause).contains("refused")) {
            return REFUSED;
        } else if (cause instanceof ConnectException && text(cause).contains("unreachable")) {
            return NO_ROUTE;
        }
        return null;
    }

    private static boolean isTimeout(Throwable cause) {
        String type = cause.getClass().getSimpleName();
        return type.equals("ConnectTimeoutException")
                || (type.equals("InterruptedIOException") && text(cause).contains("timeout"));
    }

    private static Optional<ConnectionFault> byWords(List<Throwable> causes) {
        return byTexts(causes.stream()
                .filter(cause -> cause instanceof IOException
                        || cause instanceof SSLException
                        || cause.getCause() == null
                        || cause instanceof RuntimeException
                        || cause instanceof java.security.GeneralSecurityException)
                .map(ConnectionFault::text)
                .toList());
    }

    private static Optional<ConnectionFault> byTexts(List<String> texts) {
        return RULES.stream()
                .filter(rule ->
                        texts.stream().anyMatch(text -> rule.words().stream().anyMatch(text::contains)))
                .map(Rule::fault)
                .findFirst();
    }

    private static String text(Throwable cause) {
        return (cause.getClass().getSimpleName() + ": " + cause.getMessage()).toLowerCase(Locale.ROOT);
    }
}
