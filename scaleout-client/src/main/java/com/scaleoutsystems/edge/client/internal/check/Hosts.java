package com.scaleoutsystems.edge.client.internal.check;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Host names and addresses as people write them. */
public final class Hosts {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

    private Hosts() {}

    /** Whether a host may stand in a URI, as a name or an address. */
    public static boolean isOfUri(String host) {
        try {
            String parsed = new URI(null, null, host, 1, null, null, null).getHost();
            return host.equals(parsed) || ("[" + host + "]").equals(parsed);
        } catch (URISyntaxException other) {
            return false;
        }
    }

    /** Whether a text may be a host's name for a name server; such a name may have an underscore, which one of a URI must not. */
    public static boolean isName(String host) {
        return NAME.matcher(host).matches();
    }

    /** An IPv6 address without the brackets that it has in URLs. */
    public static String withoutBrackets(String host) {
        String stripped = host.strip();
        return stripped.startsWith("[") && stripped.endsWith("]")
                ? stripped.substring(1, stripped.length() - 1)
                : stripped;
    }

    /** Host and port as in a URL. */
    public static String withPort(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
