package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.json.MetadataJson;
import com.scaleoutsystems.edge.model.internal.zip.ZipArchive;
import com.scaleoutsystems.edge.model.internal.zip.ZipEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The container format: a ZIP archive with metadata, a training model and more.
 *
 * @param archive the archive
 * @param metadata the content of {@code metadata.json}, except the format version
 * @param modelId the model's id
 * @param formatVersion the format version
 */
record Container(ZipArchive archive, Map<String, @Nullable Object> metadata, String modelId, int formatVersion) {
    static final int FORMAT_VERSION = 2;

    static final String METADATA = "metadata.json";
    static final String TRAINING_MODEL = "training_model.bin";
    static final String INFERENCE_MODEL = "inference_model.bin";
    static final String FILES = "files/";

    static final String VERSION_KEY = "_version";
    /** What releases 1.0.2 to 1.0.7 of the reference wrote instead; later ones take it for metadata of the user. */
    static final String OLD_VERSION_KEY = "version";

    static final String MODEL_ID_KEY = "model_id";
    static final String HELPER_KEY = "helper_type";
    static final String FORMAT_KEY = "inference_model_format";
    static final String TENSOR_NAMES_KEY = "tensor_names";

    /** What the container says of itself; never the user's. */
    static final Set<String> OWN_KEYS = Set.of(MODEL_ID_KEY, VERSION_KEY, HELPER_KEY, FORMAT_KEY, TENSOR_NAMES_KEY);

    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int LOCAL_HEADER_SIZE = 30;
    private static final int EMPTY_ARCHIVE = 0x06054b50;
    private static final Pattern UNSAFE_NAME = Pattern.compile(
            "/.*|.*\\\\.*|.*[\\x00-\\x1f\\x7f].*|[A-Za-z]:.*|(.*/)?\\.\\.?(/.*)?|.*//.*|", Pattern.DOTALL);

    /** The kind of a payload, by its first bytes alone. */
    enum Kind {
        CONTAINER,
        NPZ,
        OTHER
    }

    /**
     * Tells what a payload is.
     *
     * <p>An archive that begins with an entry of a container is one, however damaged: taking it for a raw payload, as
     * the reference does with truncated containers, would hide the damage.
     */
    static Kind kindOf(Bytes bytes, ModelLimits limits) {
        if (bytes.size() < 22) {
            return Kind.OTHER;
        }
        ByteBuffer start = bytes.copy(0, (int) Math.min(LOCAL_HEADER_SIZE, bytes.size()));
        if (start.getInt(0) == EMPTY_ARCHIVE) {
            return Kind.NPZ;
        }
        if (start.getInt(0) != LOCAL_HEADER || start.limit() < LOCAL_HEADER_SIZE) {
            return Kind.OTHER;
        }
        int length = (int) Math.min(start.getShort(26) & 0xffff, bytes.size() - LOCAL_HEADER_SIZE);
        String first = StandardCharsets.UTF_8
                .decode(bytes.copy(LOCAL_HEADER_SIZE, length))
                .toString();
        if (first.equals(METADATA)
                || first.equals(TRAINING_MODEL)
                || first.equals(INFERENCE_MODEL)
                || first.startsWith(FILES)) {
            return Kind.CONTAINER;
        }
        if (first.endsWith(".npy")) {
            return Kind.NPZ;
        }
        return hasMetadata(bytes, limits) ? Kind.CONTAINER : Kind.OTHER;
    }

    /** A container may begin with an entry of a later format; then a sound directory decides. */
    private static boolean hasMetadata(Bytes bytes, ModelLimits limits) {
        try {
            return ZipArchive.open(bytes, limits.maxEntries()).find(METADATA) != null;
        } catch (ModelException e) {
            return false;
        }
    }

    static Container read(Bytes bytes, ModelLimits limits) {
        ZipArchive archive = ZipArchive.open(bytes, limits.maxEntries());
        archive.entries().keySet().forEach(Container::checkName);
        ZipEntry entry = archive.find(METADATA);
        if (entry == null) {
            throw bad("The container has no " + METADATA);
        }
        if (entry.size() > limits.maxMetadataBytes()) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    METADATA + " has " + entry.size() + " bytes, more than the limit of " + limits.maxMetadataBytes()
                            + "; raise ModelLimits.maxMetadataBytes if it can be trusted");
        }
        Map<String, @Nullable Object> metadata =
                new LinkedHashMap<>(MetadataJson.read(METADATA, content(archive, entry)));
        int version = version(metadata);
        metadata.remove(VERSION_KEY);
        if (!(metadata.get(MODEL_ID_KEY) instanceof String modelId) || modelId.isEmpty()) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "missing_model_id",
                    METADATA + " has no text '" + MODEL_ID_KEY
                            + "', without which the model can't be told from others");
        }
        return new Container(archive, Collections.unmodifiableMap(metadata), modelId, version);
    }

    private static byte[] content(ZipArchive archive, ZipEntry entry) {
        try (InputStream in = archive.open(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ModelException(ErrorCode.IO, "io", METADATA + " could not be read: " + e, e);
        }
    }

    private static int version(Map<String, @Nullable Object> metadata) {
        long version;
        if (metadata.containsKey(VERSION_KEY)) {
            version = versionNumber(metadata.get(VERSION_KEY));
        } else {
            // Metadata of the user may have this name too, then it need not be a number.
            version = metadata.get(OLD_VERSION_KEY) instanceof Integer old && old > 0 ? old : FORMAT_VERSION;
        }
        if (version > FORMAT_VERSION) {
            throw new ModelException(
                    ErrorCode.INCOMPATIBLE,
                    "newer_version",
                    "The container is of format version " + version + "; this release reads versions up to "
                            + FORMAT_VERSION + ". Use a newer release of the SDK");
        }
        if (version < 1) {
            throw bad("'" + VERSION_KEY + "' in " + METADATA + " must be 1 or more, but is " + version);
        }
        return (int) version;
    }

    private static long versionNumber(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        // The reference accepts a number as text.
        if (value instanceof String text && text.matches("-?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        throw bad("'" + VERSION_KEY + "' in " + METADATA + " must be a whole number, but is " + value);
    }

    /** Refuses names that would lead out of a folder if someone unpacked the container there. */
    static void checkName(String name) {
        if (UNSAFE_NAME.matcher(name).matches()) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "unsafe_name",
                    "The container has an entry with the unsafe name '" + name
                            + "'; names must be relative, with '/' and without '..' or control characters");
        }
    }

    List<String> fileNames() {
        return archive.entries().keySet().stream()
                .filter(name -> name.startsWith(FILES) && !name.endsWith("/"))
                .map(name -> name.substring(FILES.length()))
                .toList();
    }

    private static ModelException bad(String message) {
        return new ModelException(ErrorCode.DATA_LOSS, "bad_metadata", message);
    }
}
