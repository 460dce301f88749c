package com.scaleoutsystems.edge.client.internal.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * How keys and contents of rows lie in the file: as MVStore writes texts and bytes. These types believe no length that is greater than
 * what is there: a damaged length would otherwise ask for memory that no JVM has, and look like a lack of memory.
 */
final class RowTypes {

    /** More than a page can have. */
    private static final int MAX_ROWS_OF_A_PAGE = 1 << 20;

    /** What stands for a byte that is not ASCII. */
    private static final char NOT_ASCII = '\uFFFD';

    private RowTypes() {}

    static final class Keys extends StringDataType {

        @Override
        public String[] createStorage(int size) {
            return super.createStorage(possible(size, MAX_ROWS_OF_A_PAGE));
        }

        @Override
        public void read(ByteBuffer page, Object keys, int count) {
            for (int i = 0; i < count; i++) {
                ((String[]) keys)[i] = read(page);
            }
        }

        @Override
        public String read(ByteBuffer page) {
            int start = page.position();
            int length = length(page);
            if (page.hasArray()) {
                String key = new String(
                        page.array(), page.arrayOffset() + page.position(), length, StandardCharsets.US_ASCII);
                if (key.indexOf(NOT_ASCII) < 0) {
                    page.position(page.position() + length);
                    return key;
                }
            }
            page.position(start);
            return super.read(page);
        }
    }

    static final class Contents extends BasicDataType<byte[]> {

        @Override
        public int getMemory(byte[] content) {
            return ByteArrayDataType.INSTANCE.getMemory(content);
        }

        @Override
        public void write(WriteBuffer page, byte[] content) {
            ByteArrayDataType.INSTANCE.write(page, content);
        }

        @Override
        public void read(ByteBuffer page, Object contents, int count) {
            for (int i = 0; i < count; i++) {
                ((byte[][]) contents)[i] = read(page);
            }
        }

        @Override
        public byte[] read(ByteBuffer page) {
            byte[] content = new byte[length(page)];
            page.get(content);
            return content;
        }

        @Override
        public byte[][] createStorage(int size) {
            return ByteArrayDataType.INSTANCE.createStorage(possible(size, MAX_ROWS_OF_A_PAGE));
        }
    }

    private static int length(ByteBuffer page) {
        return possible(DataUtils.readVarInt(page), page.remaining());
    }

    private static int possible(int size, int limit) {
        if (size < 0 || size > limit) {
            throw DataUtils.newMVStoreException(
                    DataUtils.ERROR_FILE_CORRUPT, "a size of {0} where at most {1} is possible", size, limit);
        }
        return size;
    }
}
