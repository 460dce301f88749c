package com.scaleoutsystems.edge.client.internal.net;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import okhttp3.HttpUrl;

/** The address of a network's API. Host names may have what {@link URI} does not take for a host: underscores, letters outside ASCII. */
public final class ApiUrl {

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1");

    private ApiUrl() {}

    /**
     * Reads a URL as people write it. Without a scheme it means http for this machine and https for all others.
     *
     * @throws IllegalArgumentException if it is no such URL; says what was expected
     */
    public static URI parse(String text) {
        String stripped = text.strip();
        if (stripped.contains("://")) {
            return checked(stripped).uri();
        }
        HttpUrl plain = checked("http://" + stripped);
        boolean local = THIS_MACHINE.contains(plain.host().toLowerCase(Locale.ROOT));
        return (local ? plain : checked("https://" + stripped)).uri();
    }

    /** The URL in the form that HTTP calls take, with a path that ends in a slash. */
    public static HttpUrl of(URI url) {
        return checked(url.toString());
    }

    /** The URL of an endpoint under such a URL. */
    public static HttpUrl endpoint(HttpUrl api, String path) {
        return api.newBuilder().addPathSegments(path).build();
    }

    /** Host and port, if it is not the usual one, in a text that tells APIs apart. */
    public static String folder(URI url) {
        HttpUrl parsed = of(url);
        boolean usual = parsed.port() == HttpUrl.defaultPort(parsed.scheme());
        return parsed.host() + (usual ? "" : "-" + parsed.port());
    }

    private static HttpUrl checked(String text) {
        HttpUrl url = HttpUrl.parse(text);
        if (url == null) {
            throw new IllegalArgumentException(
                    "the API URL is " + withoutSecrets(text) + "; expected http://host[:port] or https://host[:port]");
        }
        if (!url.username().isEmpty() || !url.password().isEmpty()) {
            throw new IllegalArgumentException(
                    "the API URL holds a user or password, which it must not; give the credential to credential(...)");
        }
        if (url.query() != null || url.fragment() != null) {
            throw new IllegalArgumentException(
                    "the API URL is " + withoutSecrets(text) + "; expected one without ? and #");
        }
        HttpUrl.Builder trimmed = url.newBuilder().encodedPath("/");
        url.encodedPathSegments().stream()
                .filter(segment -> !segment.isEmpty())
                .forEach(trimmed::addEncodedPathSegment);
        return trimmed.build();
    }

    /** Without login and query. */
    private static String withoutSecrets(String text) {
        return text.replaceFirst("[?#].*", "…").replaceFirst("//.*@", "//…@");
    }
}
