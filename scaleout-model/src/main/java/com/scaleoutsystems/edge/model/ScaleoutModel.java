package com.scaleoutsystems.edge.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.proto.FileChunk;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model as it travels through a Scaleout Edge network.
 *
 * <p>It is either a <em>container</em>, which is an archive with metadata, a training model, and optionally an inference model and files;
 * or it is <em>raw</em>, which means any bytes, as servers of generation 1.0 send them (most often a {@code .npz} archive).
 *
 * <p>Immutable and safe for use by many threads. Small models are on the heap. Models above {@link ModelSettings#heapThreshold()} are in a
 * temporary file, which is deleted when its last handle is closed. The garbage collector closes a forgotten handle at some time. After
 * {@link #close()} every method except {@code close}, {@code modelId} and {@code toString} throws a {@link ModelException} with the code
 * {@code FAILED_PRECONDITION}; streams and tensors from before stay valid.
 *
 * @since 0.1.0
 */
public final class ScaleoutModel implements AutoCloseable {
    /** The default number of bytes in a chunk: 1 MiB, as in the reference client. */
    public static final int DEFAULT_CHUNK_SIZE = 1_048_576;

    private final ModelContent content;
    private final String modelId;
    private final AtomicBoolean closed = new AtomicBoolean();

    ScaleoutModel(ModelContent content, String modelId) {
        this.content = content;
        this.modelId = modelId;
        content.retain();
    }

    private static ScaleoutModel of(ModelContent content) {
        Container container = content.container();
        return new ScaleoutModel(content, container == null ? UUID.randomUUID().toString() : container.modelId());
    }

    /**
     * Opens a model file, container or raw, with the default settings.
     *
     * @param file the file. Only a small file is copied, so do not change it while the model is in use
     * @return the model; a raw one gets a random id
     * @throws ModelException if the file is unreadable, or is a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromFile(Path file) {
        return fromFile(file, ModelSettings.defaults());
    }

    /**
     * Opens a model file, container or raw.
     *
     * @param file the file. Only a small file is copied, so do not change it while the model is in use
     * @param settings where temporary files go and what is refused
     * @return the model; a raw one gets a random id
     * @throws ModelException if the file is unreadable, or is a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromFile(Path file, ModelSettings settings) {
        return of(ModelContent.ofFile(file, settings));
    }

    /**
     * Reads a model, container or raw, from a stream with the default settings.
     *
     * @param in the model; read to its end, not closed
     * @return the model; a raw one gets a random id
     * @throws ModelException if the stream fails, or contains a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromStream(InputStream in) {
        return fromStream(in, ModelSettings.defaults());
    }

    /**
     * Reads a model, container or raw, from a stream.
     *
     * @param in the model; read to its end, not closed
     * @param settings where temporary files go and what is refused
     * @return the model; a raw one gets a random id
     * @throws ModelException if the stream fails, or contains a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromStream(InputStream in, ModelSettings settings) {
        Sha256 hash = new Sha256();
        return of(ModelContent.ofReceived(ModelFiles.receive(in, settings, hash), hash.finish(), settings));
    }

    /**
     * Reads a model, container or raw, from buffers, those of a network for example.
     *
     * @param source the model; taken to its end, and every piece of it closed
     * @param settings where temporary files go and what is refused
     * @return the model; a raw one gets a random id
     * @throws ModelException if the source fails, or contains a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromBuffers(BufferSource source, ModelSettings settings) {
        Sha256 hash = new Sha256();
        return of(ModelContent.ofReceived(ModelFiles.receive(source, settings, hash), hash.finish(), settings));
    }

    /**
     * Makes a new container from trained parameters, under a random id and with the default settings.
     *
     * @param parameters the tensors
     * @return the model
     */
    public static ScaleoutModel fromModelParameters(ModelParameters parameters) {
        return builder().trainingModel(parameters).build();
    }

    /**
     * Makes a new container from trained parameters, under a random id and with the default settings.
     *
     * @param parameters the tensors
     * @param metadata what else to keep with them, see {@link ScaleoutModelBuilder#metadata(Map)}
     * @return the model
     */
    public static ScaleoutModel fromModelParameters(ModelParameters parameters, Map<String, ?> metadata) {
        return builder().trainingModel(parameters).metadata(metadata).build();
    }

    /**
     * Puts a model together from chunks with the default settings.
     *
     * @param chunks the chunks in order; only their {@code data} count
     * @return the model; a raw one gets a random id
     * @throws ModelException if the chunks make up a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromFileChunkStream(Iterator<FileChunk> chunks) {
        return fromFileChunkStream(chunks, ModelSettings.defaults());
    }

    /**
     * Puts a model together from chunks with the default settings.
     *
     * @param chunks the chunks in order; only their {@code data} count
     * @return the model; a raw one gets a random id
     * @throws ModelException if the chunks make up a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromFileChunkStream(Iterable<FileChunk> chunks) {
        return fromFileChunkStream(chunks.iterator());
    }

    /**
     * Puts a model together from chunks with the default settings.
     *
     * @param chunks the chunks in order; only their {@code data} count
     * @return the model; a raw one gets a random id
     * @throws ModelException if the chunks make up a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromFileChunkStream(Stream<FileChunk> chunks) {
        return fromFileChunkStream(chunks.iterator());
    }

    /**
     * Puts a model together from chunks.
     *
     * @param chunks the chunks in order; only their {@code data} count
     * @param settings where temporary files go and what is refused
     * @return the model; a raw one gets a random id
     * @throws ModelException if the chunks make up a container that is damaged, unsafe or too new
     */
    public static ScaleoutModel fromFileChunkStream(Iterator<FileChunk> chunks, ModelSettings settings) {
        return fromBuffers(new ChunkPieces(Objects.requireNonNull(chunks, "chunks")), settings);
    }

    /**
     * Starts a new model.
     *
     * @return a builder without content
     */
    public static ScaleoutModelBuilder builder() {
        return new ScaleoutModelBuilder(ModelSettings.defaults());
    }

    /**
     * Starts a new model with the content of this one. The content is not copied.
     *
     * <p>A raw model becomes a container with the raw bytes as its training model.
     *
     * @return a builder with this model's content
     */
    public ScaleoutModelBuilder toBuilder() {
        return new ScaleoutModelBuilder(content(), modelId);
    }

    /**
     * Returns another handle on the same model, which has to be closed separately.
     *
     * @return an equivalent handle
     */
    public ScaleoutModel share() {
        return new ScaleoutModel(content(), modelId);
    }

    /**
     * Returns the same model under another id.
     *
     * <p>No content is copied or compressed again. In a container only the metadata changes, and with it the checksum and any signature.
     * The bytes of a raw model do not contain its id and do not change.
     *
     * @param newModelId the id; not empty
     * @return a new handle, which has to be closed separately
     */
    public ScaleoutModel withModelId(String newModelId) {
        ModelContent held = content();
        ScaleoutModelBuilder.checkModelId(newModelId);
        return held.container() == null || newModelId.equals(modelId)
                ? new ScaleoutModel(held, newModelId)
                : toBuilder().modelId(newModelId).build();
    }

    /**
     * The model's id.
     *
     * @return the id
     */
    public String modelId() {
        return modelId;
    }

    /**
     * The metadata of a container.
     *
     * <p>Numbers come as {@link Integer}, {@link Long}, {@link java.math.BigInteger} or {@link Double}; NaN and
     * infinities, which the reference writes though JSON has none, as {@link Double}. The format version is not included ({@link
     * #formatVersion()}), but the {@code version} of releases 1.0.2 to 1.0.7 is, as in the reference.
     *
     * @return the metadata, unmodifiable; it always contains {@code model_id}
     */
    public Map<String, @Nullable Object> metadata() {
        Container container = content().container();
        return container == null ? Map.of(Container.MODEL_ID_KEY, modelId) : container.metadata();
    }

    /**
     * The version of the container format.
     *
     * @return 1 or 2; 2 for a raw model
     */
    public int formatVersion() {
        Container container = content().container();
        return container == null ? Container.FORMAT_VERSION : container.formatVersion();
    }

    /**
     * Whether this is a container.
     *
     * @return true for a container, false for a raw model
     */
    public boolean isContainer() {
        return content().container() != null;
    }

    /**
     * Whether this is raw: bytes without an envelope.
     *
     * @return true for a raw model, false for a container
     */
    public boolean isRaw() {
        return !isContainer();
    }

    /**
     * Decodes the trained parameters.
     *
     * <p>Uncompressed tensors of a large model are views of its file. The model remembers the result, so further calls cost nothing.
     *
     * @return the tensors
     * @throws ModelException if there is no training model, if it is damaged, or if no registered helper decodes it;
     *     a raw model must be an archive of NumPy arrays
     */
    public ModelParameters modelParameters() {
        return content().parameters();
    }

    /**
     * Decodes the trained parameters with the given helper, whatever {@link #helperType()} says.
     *
     * @param helper the encoding
     * @return the tensors
     * @throws ModelException if there is no training model, if it is damaged, or if the helper refuses it
     */
    public ModelParameters modelParameters(ModelHelper helper) {
        return content().decode(helper);
    }

    /**
     * Whether there is a training model.
     *
     * @return true for every raw model and for containers with a training model
     */
    public boolean hasTrainingModel() {
        Container container = content().container();
        return container == null || container.archive().find(Container.TRAINING_MODEL) != null;
    }

    /**
     * Opens the encoded training model; for a raw model these are all its bytes.
     *
     * @return a new stream
     * @throws ModelException if there is no training model, or it is damaged
     */
    public InputStream openTrainingModel() {
        return content().trainingModel().openStream();
    }

    /**
     * The name of the encoding of the training model.
     *
     * @return for example {@code numpyhelper}; empty if the model does not say it
     */
    public Optional<String> helperType() {
        Container container = content().container();
        return text(container, Container.HELPER_KEY);
    }

    /**
     * Whether there is an inference model.
     *
     * @return true for containers with an inference model
     */
    public boolean hasInferenceModel() {
        Container container = content().container();
        return container != null && container.archive().find(Container.INFERENCE_MODEL) != null;
    }

    /**
     * The name of the inference model's format.
     *
     * @return for example {@code onnx}; empty if the model does not say it
     */
    public Optional<String> inferenceModelFormat() {
        return text(content().container(), Container.FORMAT_KEY);
    }

    private static Optional<String> text(@Nullable Container container, String key) {
        Object value = container == null ? null : container.metadata().get(key);
        return Optional.ofNullable(value).map(Object::toString);
    }

    /**
     * Opens the inference model.
     *
     * @return a new stream
     * @throws ModelException if there is none, or it is damaged
     */
    public InputStream openInferenceModel() {
        return openPart(Container.INFERENCE_MODEL, "inference model");
    }

    /**
     * Lists the attached files.
     *
     * @return their names in the order of the container; empty for a raw model
     */
    public List<String> fileNames() {
        Container container = content().container();
        return container == null ? List.of() : container.fileNames();
    }

    /**
     * Opens an attached file.
     *
     * @param name its name
     * @return a new stream
     * @throws ModelException if there is none, or it is damaged
     */
    public InputStream openFile(String name) {
        return openPart(Container.FILES + name, "file '" + name + "'");
    }

    private InputStream openPart(String entry, String what) {
        ModelContent held = content();
        Bytes part = held.container() == null ? null : held.part(entry);
        if (part == null) {
            throw new ModelException(ErrorCode.NOT_FOUND, "not_found", "The model '" + modelId + "' has no " + what);
        }
        return part.openStream();
    }

    /**
     * The size of the model as it travels.
     *
     * @return the number of bytes
     */
    public long size() {
        return content().size();
    }

    /**
     * The checksum of the model as it travels; for a raw model, of the received bytes.
     *
     * <p>It is already known for models that were created here or read from a stream. For a file, the first call computes it.
     *
     * @return the SHA-256 as 64 lower-case hexadecimal digits
     */
    public String checksum() {
        return content().checksum();
    }

    /**
     * Signs the content of a container. The signature is the same as the reference client's.
     *
     * @param key an Ed25519 key, see {@link Ed25519Keys}
     * @return the signature, without a signer
     * @throws ModelException if this is a raw model, or the key is of another kind
     */
    public ModelSignature sign(PrivateKey key) {
        return ContentSigning.sign(content(), modelId, key, null);
    }

    /**
     * Signs the content of a container. The signature is the same as the reference client's.
     *
     * @param key an Ed25519 key, see {@link Ed25519Keys}
     * @param signerId the name under which verifiers find the public key
     * @return the signature
     * @throws ModelException if this is a raw model, or the key is of another kind
     */
    public ModelSignature sign(PrivateKey key, String signerId) {
        return ContentSigning.sign(content(), modelId, key, signerId);
    }

    /**
     * Checks a signature over the content of a container. Compression and order of the entries do not matter; the id does.
     *
     * @param key the signer's Ed25519 key, see {@link Ed25519Keys}
     * @param signature the signature in standard base64; other characters, such as line breaks, are ignored
     * @return true if the holder of the key has signed this content
     * @throws ModelException if this is a raw model, the content is damaged, or the key is of another kind
     */
    public boolean verifySignature(PublicKey key, String signature) {
        return ContentSigning.verify(content(), key, signature);
    }

    /**
     * Opens the model as it travels.
     *
     * @return a new stream, independent of all others. If the model's file was changed in place since the model was opened, opening the
     *     stream fails, or reading its last byte: with a {@link ModelException} of code {@code IO}
     */
    public InputStream openStream() {
        return content().bytes().openStream();
    }

    /**
     * Cuts the model, as it travels, into chunks of {@link #DEFAULT_CHUNK_SIZE} bytes.
     *
     * @return the chunks, created on demand; none if the model has no bytes
     */
    public Iterator<FileChunk> fileChunkStream() {
        return fileChunkStream(DEFAULT_CHUNK_SIZE);
    }

    /**
     * Cuts the model, as it travels, into chunks.
     *
     * @param chunkSize the number of bytes in each chunk but the last; at least 1
     * @return the chunks, created on demand; none if the model has no bytes
     * @throws IllegalArgumentException if the number is below 1
     */
    public Iterator<FileChunk> fileChunkStream(int chunkSize) {
        if (chunkSize < 1) {
            throw new IllegalArgumentException("A chunk must have 1 byte or more, not " + chunkSize);
        }
        return new ChunkIterator(content().bytes(), chunkSize);
    }

    /**
     * Saves the model as it travels. The target contains either the complete model or its old content, and the bytes are on disk when the
     * method returns.
     *
     * @param target the file to write or replace; the method creates its folder if it is missing
     * @throws ModelException if the target cannot be written
     */
    public void saveTo(Path target) {
        ModelFiles.save(content().bytes(), target);
    }

    /**
     * The file with exactly the model's bytes, if there is one.
     *
     * @return the file the model was opened from, or a temporary file that exists until the last handle is closed; empty if the model is on
     *     the heap or consists of parts of others
     */
    public Optional<Path> file() {
        return Optional.ofNullable(content().file());
    }

    /** Closes this handle; further calls do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            content.release();
        }
    }

    ModelContent content() {
        if (closed.get()) {
            throw new ModelException(
                    ErrorCode.FAILED_PRECONDITION,
                    Reasons.STATE,
                    "The model '" + modelId + "' is closed; use it before close(), or keep a handle with share()");
        }
        return content;
    }

    /** Names the model by id and size. */
    @Override
    public String toString() {
        return "ScaleoutModel[" + modelId + ", " + content.size() + " bytes, "
                + (content.container() == null ? "raw" : "container") + "]";
    }

    /** Chunks in place. */
    private record ChunkPieces(Iterator<FileChunk> chunks) implements BufferSource {
        @Override
        public @Nullable Piece next() {
            return chunks.hasNext() ? new ChunkPiece(chunks.next().getData()) : null;
        }
    }

    private record ChunkPiece(ByteString data) implements BufferSource.Piece {
        @Override
        public List<ByteBuffer> buffers() {
            return data.asReadOnlyByteBufferList();
        }

        @Override
        public void close() {}
    }

    /** Cuts bytes into chunks. */
    private static final class ChunkIterator implements Iterator<FileChunk> {
        private final Bytes bytes;
        private final int chunkSize;
        private long position;

        ChunkIterator(Bytes bytes, int chunkSize) {
            this.bytes = bytes;
            this.chunkSize = chunkSize;
        }

        @Override
        public boolean hasNext() {
            return position < bytes.size();
        }

        @Override
        public FileChunk next() {
            if (!hasNext()) {
                throw new NoSuchElementException("The model has no more chunks");
            }
            int length = (int) Math.min(chunkSize, bytes.size() - position);
            byte[] data = new byte[length];
            bytes.get(position, data, 0, length);
            position += length;
            if (!hasNext()) {
                bytes.requireUnchanged();
            }
            return FileChunk.newBuilder()
                    .setData(UnsafeByteOperations.unsafeWrap(data))
                    .build();
        }
    }
}
