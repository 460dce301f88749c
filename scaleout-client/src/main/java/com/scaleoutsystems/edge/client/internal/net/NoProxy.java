package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The hosts that are reached without the proxy. Names match themselves and all that lies under them. */
final class NoProxy {

    private final List<String> entries;

    NoProxy(List<String> entries) {
        this.entries = entries;
    }

    boolean covers(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
        return entries.stream()
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .anyMatch(
                        entry -> entry.equals("*") || (address == null ? isUnder(name, entry) : isIn(address, entry)));
    }

    private static boolean isUnder(String name, String entry) {
        String domain =
                entry.startsWith("*.") ? entry.substring(2) : entry.startsWith(".") ? entry.substring(1) : entry;
        return name.equals(domain) || name.endsWith("." + domain);
    }

    private static boolean isIn(byte[] address, String entry) {
        int slash = entry.indexOf('/');
        byte @Nullable [] network =
                NetUtil.createByteArrayFromIpAddressString(slash < 0 ? entry : entry.substring(0, slash));
        if (network == null || network.length != address.length) {
            return false;
        }
        return slash < 0 ? Arrays.equals(network, address) : samePrefix(network, address, entry.substring(slash + 1));
    }

    private static boolean samePrefix(byte[] network, byte[] address, String bits) {
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > network.length * 8) {
            return false;
        }
        for (int bit = 0; bit < Integer.parseInt(bits); bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((network[bit / 8] & mask) != (address[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
