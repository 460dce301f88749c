package com.scaleoutsystems.edge.model.internal.zip;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;

/** Numbers of the ZIP format (PKWARE APPNOTE 6.3) and the errors that reader and writer share. */
final class ZipFormat {
    static final int LOCAL_HEADER = 0x04034b50;
    static final int DIRECTORY_HEADER = 0x02014b50;
    static final int END = 0x06054b50;
    static final int END64 = 0x06064b50;
    static final int END64_LOCATOR = 0x07064b50;

    static final int LOCAL_HEADER_SIZE = 30;
    static final int DIRECTORY_HEADER_SIZE = 46;
    static final int END_SIZE = 22;
    static final int END64_SIZE = 56;
    static final int END64_LOCATOR_SIZE = 20;

    static final int STORED = 0;
    static final int DEFLATED = 8;

    static final int FLAG_ENCRYPTED = 1;
    static final int FLAG_DESCRIPTOR = 1 << 3;
    static final int FLAG_STRONG_ENCRYPTION = 1 << 6;
    static final int FLAG_UTF8 = 1 << 11;
    static final int FLAG_MASKED_HEADERS = 1 << 13;

    static final int ZIP64_EXTRA = 1;
    static final long MAX_32 = 0xffff_ffffL;
    static final int MAX_16 = 0xffff;

    /** 1980-01-01, the earliest day the format knows, so that equal content gives equal bytes. */
    static final int DOS_DATE = 0x21;

    private ZipFormat() {}

    static ModelException corrupt(String what) {
        return new ModelException(
                ErrorCode.DATA_LOSS, "corrupt_zip", "The archive is damaged: " + what + "; fetch it again");
    }

    static ModelException truncated(String what) {
        return new ModelException(
                ErrorCode.DATA_LOSS, "truncated", "The archive is incomplete: " + what + "; fetch it again");
    }
}
