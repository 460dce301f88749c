package com.scaleoutsystems.edge.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a model file holds, for people. */
final class InspectionText {

    private static final int SHOWN_DIGITS = 16;

    private InspectionText() {}

    static String of(Map<String, @Nullable Object> found) {
        List<String> lines = new ArrayList<>();
        lines.add(found.get("file") + ": " + found.get("format")
                + (found.get("format_version") == null ? "" : " " + found.get("format_version")) + ", "
                + found.get("size") + " bytes");
        if (found.get("model_id") != null) {
            lines.add("  id          " + found.get("model_id"));
        }
        lines.add("  checksum    " + found.get("checksum"));
        if (found.get("metadata") instanceof Map<?, ?> metadata) {
            metadata.forEach((key, value) -> lines.add("  metadata    " + key + " = " + JsonLine.of(value)));
        }
        parts(found.get("tensors"))
                .forEach(tensor -> lines.add("  tensor      " + tensor.get("name") + ": " + tensor.get("dtype")
                        + tensor.get("shape") + ", sha256 " + shortened(tensor)));
        if (found.get("tensors") == null) {
            lines.add("  tensors     none: the payload is no npz archive");
        }
        if (found.get("inference_model") instanceof Map<?, ?> part) {
            lines.add("  inference   " + part.get("size") + " bytes, sha256 " + shortened(part));
        }
        parts(found.get("files"))
                .forEach(file -> lines.add("  file        " + file.get("name") + ": " + file.get("size")
                        + " bytes, sha256 " + shortened(file)));
        return String.join("\n", lines);
    }

    private static List<Map<?, ?>> parts(@Nullable Object list) {
        List<Map<?, ?>> parts = new ArrayList<>();
        if (list instanceof List<?> all) {
            all.forEach(part -> parts.add((Map<?, ?>) Objects.requireNonNull(part)));
        }
        return parts;
    }

    private static String shortened(Map<?, ?> part) {
        return String.valueOf(part.get("sha256")).substring(0, SHOWN_DIGITS) + "…";
    }
}
