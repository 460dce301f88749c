package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import com.scaleoutsystems.edge.model.internal.json.MetadataJson;
import com.scaleoutsystems.edge.model.internal.zip.ZipArchive;
import com.scaleoutsystems.edge.model.internal.zip.ZipBuilder;
import com.scaleoutsystems.edge.model.internal.zip.ZipEntry;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Builds containers: new ones, or changed copies of a model.
 *
 * <p>The builder reads streams and files at once, so it may build more than once. By default it does not compress entries. {@code
 * metadata.json} is the last entry, and time stamps are fixed, so equal content with an equal id gives equal bytes.
 *
 * <p>A new model gets a random id unless {@link #modelId(String)} sets one. A changed model also gets a new random id, as in the reference
 * client. An unchanged model keeps its id.
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class ScaleoutModelBuilder {
    /** The longest name of an attached file, in characters: what common file systems accept. */
    private static final int MAX_FILE_NAME = 255;

    private final @Nullable ModelContent base;
    private final @Nullable String baseId;
    private ModelSettings settings;
    private @Nullable String modelId;
    private @Nullable String helperType;
    private final Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    /** New content by entry name; null if an entry is to be omitted. */
    private final Map<String, @Nullable Bytes> parts = new LinkedHashMap<>();

    private boolean compressed;
    private boolean changed;

    /** Starts without content. */
    ScaleoutModelBuilder(ModelSettings settings) {
        this.base = null;
        this.baseId = null;
        this.settings = settings;
    }

    /** Starts with the content of a model, which stays readable whether or not its handles are closed. */
    ScaleoutModelBuilder(ModelContent base, String baseId) {
        this.base = base;
        this.baseId = baseId;
        this.settings = base.settings();
        Container container = base.container();
        Bytes bytes = base.bytes();
        if (container == null) {
            encodedTrainingModel(bytes);
        } else {
            metadata.putAll(container.metadata());
        }
    }

    /**
     * Sets the directory for temporary files and the limits.
     *
     * @param newSettings the settings; default those of the model the builder came from
     * @return this
     */
    public ScaleoutModelBuilder settings(ModelSettings newSettings) {
        this.settings = newSettings;
        return this;
    }

    /**
     * Sets the id.
     *
     * @param id the id; not empty
     * @return this
     */
    public ScaleoutModelBuilder modelId(String id) {
        checkModelId(id);
        this.modelId = id;
        return this;
    }

    static void checkModelId(String id) {
        if (id.isEmpty()) {
            throw new ModelException(ErrorCode.INVALID_ARGUMENT, "missing_model_id", "A model id must not be empty");
        }
    }

    /**
     * Sets one value of the metadata.
     *
     * @param key the key; the container's own keys ({@code model_id}, {@code helper_type},
     *     {@code inference_model_format}, {@code tensor_names} and {@code _version}) are ignored, so that you may pass on the metadata of
     *     another model
     * @param value text, number, boolean, null, or lists, arrays and maps of these; the builder writes NaN and infinities as null, with a
     *     warning
     * @return this
     * @throws ModelException if the value is anything else
     */
    public ScaleoutModelBuilder metadata(String key, @Nullable Object value) {
        Map<String, @Nullable Object> single = new LinkedHashMap<>();
        single.put(key, value);
        return metadata(single);
    }

    /**
     * Sets values of the metadata; other keys keep their values.
     *
     * @param values the values by key, see {@link #metadata(String, Object)}
     * @return this
     * @throws ModelException if JSON cannot express a value
     */
    public ScaleoutModelBuilder metadata(Map<String, ?> values) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(MetadataJson.copy("metadata", values));
        copy.keySet().removeAll(Container.OWN_KEYS);
        metadata.putAll(copy);
        changed |= !copy.isEmpty();
        return this;
    }

    /**
     * Removes one value from the metadata.
     *
     * @param key the key, see {@link #metadata(String, Object)}
     * @return this
     */
    public ScaleoutModelBuilder removeMetadata(String key) {
        if (metadata.containsKey(key) && !Container.OWN_KEYS.contains(key)) {
            metadata.remove(key);
            changed = true;
        }
        return this;
    }

    /**
     * Names the encoding of the training model.
     *
     * @param name for example {@code numpyhelper}, which is also what {@link #trainingModel(ModelParameters)} sets
     * @return this
     * @throws IllegalArgumentException if it is empty
     */
    public ScaleoutModelBuilder helperType(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A helper name must not be empty");
        }
        this.helperType = name;
        return this;
    }

    /**
     * Sets the training model from parameters, encoded as the reference's numpyhelper reads them. Names of tensors go into the metadata,
     * under {@code tensor_names}.
     *
     * @param parameters the tensors
     * @return this
     */
    public ScaleoutModelBuilder trainingModel(ModelParameters parameters) {
        return trainingModel(parameters, BuiltInHelper.NUMPY);
    }

    /**
     * Sets the training model from parameters in another encoding. Names of tensors go into the metadata, under {@code tensor_names}.
     *
     * @param parameters the tensors
     * @param helper the encoding, whose name becomes the {@code helper_type}
     * @return this
     */
    public ScaleoutModelBuilder trainingModel(ModelParameters parameters, ModelHelper helper) {
        Workspace workspace = settings.workspace(0);
        Bytes encoded = helper instanceof BuiltInHelper builtIn
                ? builtIn.encode(parameters, workspace)
                : workspace.collect(out -> helper.encode(parameters, out));
        trainingPart(encoded, helper.helperType());
        if (parameters.isNamed()) {
            metadata.put(Container.TENSOR_NAMES_KEY, parameters.names());
        }
        return this;
    }

    /**
     * Sets the training model from a file of any encoding; name it with {@link #helperType(String)} unless it is an
     * archive of NumPy arrays.
     *
     * @param file the file, read at once
     * @return this
     */
    public ScaleoutModelBuilder trainingModel(Path file) {
        return encodedTrainingModel(read(file));
    }

    /**
     * Sets the training model from a stream of any encoding; name it with {@link #helperType(String)} unless it is an
     * archive of NumPy arrays.
     *
     * @param in the content; read to its end at once, not closed
     * @return this
     */
    public ScaleoutModelBuilder trainingModel(InputStream in) {
        return encodedTrainingModel(read(in));
    }

    private ScaleoutModelBuilder encodedTrainingModel(Bytes encoded) {
        boolean npz = Container.kindOf(encoded, settings.limits()) == Container.Kind.NPZ;
        trainingPart(encoded, npz ? BuiltInHelper.NUMPY.helperType() : null);
        return this;
    }

    private void trainingPart(Bytes encoded, @Nullable String helperType) {
        part(Container.TRAINING_MODEL, encoded);
        metadata.remove(Container.TENSOR_NAMES_KEY);
        metadata.remove(Container.HELPER_KEY);
        if (helperType != null) {
            metadata.put(Container.HELPER_KEY, helperType);
        }
    }

    /**
     * Sets the inference model from a file.
     *
     * @param file the file, read at once
     * @param format the name of its format, for example {@code onnx}
     * @return this
     */
    public ScaleoutModelBuilder inferenceModel(Path file, String format) {
        return inferenceModel(read(file), format);
    }

    /**
     * Sets the inference model from a stream.
     *
     * @param in the content; read to its end at once, not closed
     * @param format the name of its format, for example {@code onnx}
     * @return this
     */
    public ScaleoutModelBuilder inferenceModel(InputStream in, String format) {
        return inferenceModel(read(in), format);
    }

    /**
     * Sets the inference model from bytes.
     *
     * @param content the content; copied
     * @param format the name of its format, for example {@code onnx}
     * @return this
     */
    public ScaleoutModelBuilder inferenceModel(byte[] content, String format) {
        return inferenceModel(Bytes.of(content.clone()), format);
    }

    private ScaleoutModelBuilder inferenceModel(Bytes content, String format) {
        part(Container.INFERENCE_MODEL, content);
        metadata.put(Container.FORMAT_KEY, format);
        return this;
    }

    /**
     * Removes the inference model.
     *
     * @return this
     */
    public ScaleoutModelBuilder removeInferenceModel() {
        removePart(Container.INFERENCE_MODEL);
        metadata.remove(Container.FORMAT_KEY);
        return this;
    }

    /**
     * Attaches a file, or replaces the one with the same name.
     *
     * @param name a plain name of at most 255 characters, without {@code /}, {@code \} and {@code ..}
     * @param content the content; copied
     * @return this
     */
    public ScaleoutModelBuilder file(String name, byte[] content) {
        return filePart(name, Bytes.of(content.clone()));
    }

    /**
     * Attaches a file, or replaces the one with the same name.
     *
     * @param name a plain name of at most 255 characters, without {@code /}, {@code \} and {@code ..}
     * @param file the content, read at once
     * @return this
     */
    public ScaleoutModelBuilder file(String name, Path file) {
        checkFileName(name);
        return filePart(name, read(file));
    }

    /**
     * Attaches a file, or replaces the one with the same name.
     *
     * @param name a plain name of at most 255 characters, without {@code /}, {@code \} and {@code ..}
     * @param in the content; read to its end at once, not closed
     * @return this
     */
    public ScaleoutModelBuilder file(String name, InputStream in) {
        checkFileName(name);
        return filePart(name, read(in));
    }

    private ScaleoutModelBuilder filePart(String name, Bytes content) {
        checkFileName(name);
        part(Container.FILES + name, content);
        return this;
    }

    /**
     * Removes an attached file.
     *
     * @param name its name
     * @return this
     */
    public ScaleoutModelBuilder removeFile(String name) {
        removePart(Container.FILES + name);
        return this;
    }

    /** The reference's rule: the reference can write such a name, and readers here accept it. */
    private static void checkFileName(String name) {
        boolean plain = !name.isEmpty() && !name.contains("/") && !name.contains("\\") && !name.contains("..");
        if (!plain || name.equals(".") || name.chars().anyMatch(Character::isISOControl)) {
            throw unsafeName(name, "is no plain file name; leave out '/', '\\', '..' and control characters");
        }
        if (name.length() > MAX_FILE_NAME) {
            throw unsafeName(
                    name.substring(0, 40) + "...",
                    "has " + name.length() + " characters; a file name may have " + MAX_FILE_NAME);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw unsafeName(name, "has half a surrogate pair, which can't be written; use whole characters");
        }
    }

    private static ModelException unsafeName(String name, String what) {
        return new ModelException(ErrorCode.INVALID_ARGUMENT, "unsafe_name", "'" + name + "' " + what);
    }

    private void removePart(String name) {
        boolean inBase = base != null
                && base.container() != null
                && base.container().archive().find(name) != null;
        if (inBase || parts.get(name) != null) {
            part(name, null);
        }
    }

    private void part(String name, @Nullable Bytes content) {
        parts.remove(name);
        parts.put(name, content);
        changed = true;
    }

    private Bytes read(InputStream in) {
        return ModelFiles.receive(in, settings);
    }

    /** Copies the file, because it may change later. */
    private Bytes read(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return read(in);
        } catch (FileNotFoundException e) {
            throw new ModelException(ErrorCode.NOT_FOUND, "not_found", "The file " + file + " can't be opened", e);
        } catch (IOException e) {
            throw new ModelException(ErrorCode.IO, "io", "The file " + file + " could not be read", e);
        }
    }

    /**
     * Compresses the training model, the inference model and the files that this builder gets. Compression hardly shrinks trained weights,
     * but makes writing and reading them much slower. So the default is no compression.
     *
     * @param wanted whether to compress
     * @return this
     */
    public ScaleoutModelBuilder compressed(boolean wanted) {
        this.compressed = wanted;
        return this;
    }

    /**
     * Builds the model.
     *
     * @return a new handle, to be closed on its own
     * @throws ModelException if there is neither a training nor an inference model
     */
    public ScaleoutModel build() {
        boolean sameId = modelId == null || modelId.equals(baseId);
        if (base != null && baseId != null && sameId && !changed && helperType == null) {
            return new ScaleoutModel(base, baseId);
        }
        String id = modelId == null ? UUID.randomUUID().toString() : modelId;
        ZipBuilder zip = new ZipBuilder();
        ModelContent.Beginning beginning = addBase(zip);
        parts.forEach((name, content) -> {
            if (content != null && compressed) {
                zip.addDeflated(name, content, settings.workspace(0));
            } else if (content != null) {
                zip.addStored(name, content);
            }
        });
        if (!zip.contains(Container.TRAINING_MODEL) && !zip.contains(Container.INFERENCE_MODEL)) {
            throw new ModelException(
                    ErrorCode.FAILED_PRECONDITION,
                    "missing_training_model",
                    "A model needs a training model or an inference model; call trainingModel(...) first");
        }
        zip.addStored(Container.METADATA, Bytes.of(MetadataJson.write(metadataFor(id))));
        return new ScaleoutModel(content(zip.build().bytes(), beginning), id);
    }

    private ModelContent content(Bytes bytes, ModelContent.@Nullable Beginning beginning) {
        if (bytes.size() > settings.heapThreshold() && bytes.heapSize() <= settings.heapThreshold()) {
            return ModelContent.ofView(bytes, beginning, settings);
        }
        Sha256 hash = new Sha256();
        return ModelContent.ofReceived(ModelFiles.receive(bytes.openStream(), settings, hash), hash.finish(), settings);
    }

    /** Copies the entries of the base that are not replaced, and returns how many bytes did not change. */
    private ModelContent.@Nullable Beginning addBase(ZipBuilder zip) {
        Container container = base == null ? null : base.container();
        if (base == null || container == null) {
            return null;
        }
        ZipArchive archive = container.archive();
        ZipEntry last = archive.lastEntry();
        boolean onlyLastChanges = last.name().equals(Container.METADATA)
                && archive.entries().keySet().stream().noneMatch(parts::containsKey);
        if (onlyLastChanges) {
            zip.addBefore(archive, last);
            return base.beginning(last.headerOffset());
        }
        for (ZipEntry entry : archive.entries().values()) {
            if (!entry.name().equals(Container.METADATA) && !parts.containsKey(entry.name())) {
                zip.addFrom(archive, entry);
            }
        }
        return null;
    }

    /** The order of the reference: the user's keys first, the container's own keys last. */
    private Map<String, @Nullable Object> metadataFor(String id) {
        Map<String, @Nullable Object> ordered = new LinkedHashMap<>(metadata);
        if (helperType != null) {
            ordered.put(Container.HELPER_KEY, helperType);
        }
        for (String key : new String[] {Container.HELPER_KEY, Container.FORMAT_KEY}) {
            if (ordered.containsKey(key)) {
                ordered.put(key, ordered.remove(key));
            }
        }
        ordered.remove(Container.MODEL_ID_KEY);
        ordered.put(Container.MODEL_ID_KEY, id);
        ordered.put(Container.VERSION_KEY, Container.FORMAT_VERSION);
        return ordered;
    }
}
