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
        return ByteBuffer.allocate(Integer.BYTES + content.length)
                .putInt(checksum(place, ByteBuffer.wrap(content)))
                .put(content)
                .array();
    }

    /** The text, or nothing if it is not what was sealed in this place. */
    static Optional<String> open(String place, byte[] sealed) {
        return isWhole(place, sealed)
                ? Optional.of(StandardCharsets.UTF_8.decode(content(sealed)).toString())
                : Optional.empty();
    }

    /** Whether it is what was sealed in this place. */
    static boolean isWhole(String place, byte[] sealed) {
        return sealed.length >= Integer.BYTES
                && checksum(place, content(sealed)) == ByteBuffer.wrap(sealed).getInt();
    }

    private static ByteBuffer content(byte[] sealed) {
        return ByteBuffer.wrap(sealed, Integer.BYTES, sealed.length - Integer.BYTES);
    }

    private static int checksum(String place, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(place.getBytes(StandardCharsets.UTF_8));
        crc.update(content);
        return (int) crc.getValue();
    }
}
