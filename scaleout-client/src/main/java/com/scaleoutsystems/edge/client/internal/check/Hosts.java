package com.scaleoutsystems.edge.client.internal.check;

/** Host names and addresses as people write them. */
public final class Hosts {

    private Hosts() {}

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
