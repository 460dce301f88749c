package com.scaleoutsystems.edge.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signature over the content of a container.
 *
 * <p>It covers every entry, including the metadata with the model's id, but not their order and compression. A copy of
 * the model under another id needs a signature of its own.
 *
 * @since 0.1.0
 */
public final class ModelSignature {
    /** The only algorithm in use. */
    public static final String ALGORITHM = "ed25519";

    private final String signature;
    private final @Nullable String signerId;
    private final String modelId;

    ModelSignature(String signature, @Nullable String signerId, String modelId) {
        this.signature = signature;
        this.signerId = signerId;
        this.modelId = modelId;
    }

    /**
     * A received signature.
     *
     * @param signature the signature in standard base64
     * @param signerId the signer
     * @param modelId the id of the signed model
     * @return the signature
     */
    public static ModelSignature of(String signature, String signerId, String modelId) {
        return new ModelSignature(
                Objects.requireNonNull(signature, "signature"),
                Objects.requireNonNull(signerId, "signerId"),
                Objects.requireNonNull(modelId, "modelId"));
    }

    /**
     * The signature itself.
     *
     * @return 64 bytes in standard base64 with padding
     */
    public String signature() {
        return signature;
    }

    /**
     * The name of the signer.
     *
     * @return the name, if there is one
     */
    public Optional<String> signerId() {
        return Optional.ofNullable(signerId);
    }

    /**
     * The id of the signed model.
     *
     * @return the id
     */
    public String modelId() {
        return modelId;
    }

    /**
     * The members for the server's list of signatures: {@code algorithm}, {@code signature}, {@code signer_id} if there
     * is one, and {@code model_id}.
     *
     * @return the members of a JSON object
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("algorithm", ALGORITHM);
        map.put("signature", signature);
        if (signerId != null) {
            map.put("signer_id", signerId);
        }
        map.put("model_id", modelId);
        return map;
    }

    /** Names the model and the signer. */
    @Override
    public String toString() {
        return "ModelSignature[" + modelId + ", signed by " + (signerId == null ? "unnamed" : signerId) + "]";
    }
}
