package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a model must prove before it is used. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TrustPolicy {
    private static final TrustPolicy DEFAULTS = new TrustPolicy(new Values());

    private final Values values;

    private TrustPolicy(Values values) {
        this.values = values;
    }

    private TrustPolicy changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TrustPolicy(copy);
    }

    /** The values with their defaults. A policy never changes the object that it was made with. */
    private static final class Values {
        boolean checksumRequired;
        Map<String, PublicKey> signers = Map.of();

        Values() {}

        Values(Values other) {
            checksumRequired = other.checksumRequired;
            signers = other.signers;
        }

        NamedValues named() {
            return new NamedValues().with("checksumRequired", checksumRequired).with("signers", signers);
        }
    }

    /**
     * The default policy: a checksum must match if there is one.
     *
     * @return the default policy
     */
    public static TrustPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Whether the policy refuses a model without a checksum. A model that comes with a checksum must match it in any case.
     *
     * @return true if a checksum is mandatory
     */
    public boolean checksumRequired() {
        return values.checksumRequired;
    }

    /**
     * Makes the checksum mandatory.
     *
     * @return a copy that refuses models without a checksum
     */
    public TrustPolicy requiringChecksum() {
        return changed(copy -> copy.checksumRequired = true);
    }

    /**
     * The signers that the policy accepts. If there are any, one of them must have signed a model.
     *
     * @return the public keys by signer id, unmodifiable
     */
    public Map<String, PublicKey> signers() {
        return values.signers;
    }

    /**
     * Accepts a signer. With the first signer, a signature becomes mandatory.
     *
     * @param signerId the signer's name
     * @param key the signer's public key, see {@link Ed25519Keys}
     * @return a copy that accepts this signer too
     * @throws ModelException with the reason {@code bad_key} if it is no Ed25519 key
     */
    public TrustPolicy withSigner(String signerId, PublicKey key) {
        Objects.requireNonNull(signerId, "signerId");
        Map<String, PublicKey> more = new HashMap<>(values.signers);
        more.put(signerId, Ed25519Keys.checked(key));
        return changed(copy -> copy.signers = Map.copyOf(more));
    }

    /**
     * Checks what a model must prove, and throws if it does not.
     *
     * @param model the model as it was received
     * @param checksum the SHA-256 that came with it, in hexadecimal digits; null or empty if there was none
     * @param signature the signature that came with it, or null
     * @throws ModelException with the reason {@code checksum}, which a new download may solve, or {@code signature}
     */
    public void verify(ScaleoutModel model, @Nullable String checksum, @Nullable ModelSignature signature) {
        if (checksum != null && !checksum.isEmpty()) {
            verifyChecksum(model, checksum);
        } else if (values.checksumRequired) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "checksum",
                    "The model '" + model.modelId() + "' came without a checksum, and the trust policy requires one;"
                            + " upgrade the server, or lift the requirement");
        }
        if (!values.signers.isEmpty()) {
            verifySignature(model, signature);
        }
    }

    private static void verifyChecksum(ScaleoutModel model, String checksum) {
        if (!model.checksum().equals(checksum.toLowerCase(Locale.ROOT))) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "checksum",
                    "The model '" + model.modelId() + "' of " + model.size() + " bytes has the SHA-256 "
                            + model.checksum() + " where " + checksum + " was announced; fetch it again",
                    null,
                    true);
        }
    }

    private void verifySignature(ScaleoutModel model, @Nullable ModelSignature signature) {
        String signerId = signature == null ? null : signature.signerId().orElse(null);
        PublicKey key = signerId == null ? null : values.signers.get(signerId);
        if (signature == null || key == null) {
            throw new ModelException(
                    ErrorCode.PERMISSION_DENIED,
                    "signature",
                    "The model '" + model.modelId() + "' is "
                            + (signature == null ? "not signed" : "signed by '" + signerId + "'")
                            + "; the trust policy accepts the signers " + new TreeSet<>(values.signers.keySet()));
        }
        if (!signature.modelId().equals(model.modelId()) || !model.verifySignature(key, signature.signature())) {
            throw new ModelException(
                    ErrorCode.PERMISSION_DENIED,
                    "signature",
                    "The signature of '" + signerId + "' does not belong to the content of the model '"
                            + model.modelId() + "'; do not use it");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrustPolicy that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TrustPolicy" + values.named();
    }
}
