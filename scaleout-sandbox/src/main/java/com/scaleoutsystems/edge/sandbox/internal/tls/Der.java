package com.scaleoutsystems.edge.sandbox.internal.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/** Writes DER, the encoding of certificates (ITU-T X.690). */
final class Der {
    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int LONG_FORM = 0x80;
    private static final int CONTINUED = 0x80;
    private static final int SEVEN_BITS = 0x7F;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] value(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < LONG_FORM) {
            out.write(length);
        } else {
            byte[] bytes = unsigned(length);
            out.write(LONG_FORM | bytes.length);
            out.writeBytes(bytes);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static byte[] unsigned(int number) {
        byte[] bytes = BigInteger.valueOf(number).toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    static byte[] set(byte[]... parts) {
        return value(SET, parts);
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] yes() {
        return value(BOOLEAN, new byte[] {(byte) 0xFF});
    }

    static byte[] bits(int unused, byte[] bits) {
        return value(BIT_STRING, new byte[] {(byte) unused}, bits);
    }

    static byte[] octets(byte[] octets) {
        return value(OCTET_STRING, octets);
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A time before 2050. */
    static byte[] time(Instant time) {
        return value(UTC_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] oid(int... arcs) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            int shift = 28;
            while (shift > 0 && arcs[i] >>> shift == 0) {
                shift -= 7;
            }
            for (; shift > 0; shift -= 7) {
                content.write(CONTINUED | ((arcs[i] >>> shift) & SEVEN_BITS));
            }
            content.write(arcs[i] & SEVEN_BITS);
        }
        return value(OBJECT_IDENTIFIER, content.toByteArray());
    }
}
