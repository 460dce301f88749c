package com.scaleoutsystems.edge.client.internal.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A row's text with a checksum over its place and content, since the file's own checks do not cover them: 4 bytes, then UTF-8. */
final class SealedText {

    private SealedText() {}

    static byte[] seal(String place, String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] sealed = new byte[Integer.BYTES + content.length];
        System.arraycopy(content, 0, sealed, Integer.BYTES, content.length);
        ByteBuffer.wrap(sealed).putInt(checksum(place, sealed));
        return sealed;
    }

    /** The text, or nothing if it is not what was sealed in this place. */
    static Optional<String> open(String place, byte[] sealed) {
        return isWhole(place, sealed)
                ? Optional.of(new String(sealed, Integer.BYTES, sealed.length - Integer.BYTES, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /** Whether it is what was sealed in this place. */
    static boolean isWhole(String place, byte[] sealed) {
        return sealed.length >= Integer.BYTES
                && checksum(place, sealed) == ByteBuffer.wrap(sealed).getInt();
    }

    private static int checksum(String place, byte[] sealed) {
        CRC32C crc = new CRC32C();
        crc.update(place.getBytes(StandardCharsets.UTF_8));
        crc.update(sealed, Integer.BYTES, sealed.length - Integer.BYTES);
        return (int) crc.getValue();
    }
}
