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
        if (sealed.length < Integer.BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        int expected = bytes.getInt();
        if (checksum(place, bytes.duplicate()) != expected) {
            return Optional.empty();
        }
        return Optional.of(StandardCharsets.UTF_8.decode(bytes).toString());
    }

    private static int checksum(String place, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(place.getBytes(StandardCharsets.UTF_8));
        crc.update(content);
        return (int) crc.getValue();
    }
}
