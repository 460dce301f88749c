package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model must prove before it is used.
 *
 * @param checksumRequired whether a model without a checksum is refused; one that comes with a checksum must match it in
 *     any case
 * @param signers the public keys of those whose signature is accepted, by signer id; if there are any, a model must be
 *     signed by one of them
 */
public record TrustPolicy(boolean checksumRequired, Map<String, PublicKey> signers) {
    /**
     * Checks the keys.
     *
     * @param checksumRequired see {@link #checksumRequired()}
     * @param signers see {@link #signers()}; Ed25519 keys, copied
     */
    public TrustPolicy {
        signers = Map.copyOf(signers);
        signers.values().forEach(Ed25519Keys::checked);
    }

    /**
     * Gives the policy that holds unless another is set: a checksum must match if there is one.
     *
     * @return the default policy
     */
    public static TrustPolicy defaults() {
        return new TrustPolicy(false, Map.of());
    }

    /**
     * Makes the checksum mandatory.
     *
     * @return a copy that refuses models without a checksum
     */
    public TrustPolicy requiringChecksum() {
        return new TrustPolicy(true, signers);
    }

    /**
     * Accepts a signer, and with the first one makes a signature mandatory.
     *
     * @param signerId the signer's name
     * @param key the signer's public key, see {@link Ed25519Keys}
     * @return a copy that accepts this signer too
     */
    public TrustPolicy withSigner(String signerId, PublicKey key) {
        Map<String, PublicKey> more = new HashMap<>(signers);
        more.put(signerId, key);
        return new TrustPolicy(checksumRequired, more);
    }

    /**
     * Refuses a model that does not prove what it must.
     *
     * @param model the model as it was received
     * @param checksum the SHA-256 that came with it, in hexadecimal digits; null or empty if none did
     * @param signature the signature that came with it, or null
     * @throws ModelException with the reason {@code checksum}, which a new download may cure, or {@code signature}
     */
    public void verify(ScaleoutModel model, @Nullable String checksum, @Nullable ModelSignature signature) {
        if (checksum != null && !checksum.isEmpty()) {
            verifyChecksum(model, checksum);
        } else if (checksumRequired) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "checksum",
                    "The model '" + model.modelId() + "' came without a checksum, and the trust policy requires one;"
                            + " upgrade the server, or lift the requirement");
        }
        if (!signers.isEmpty()) {
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
        PublicKey key = signerId == null ? null : signers.get(signerId);
        if (signature == null || key == null) {
            throw new ModelException(
                    ErrorCode.PERMISSION_DENIED,
                    "signature",
                    "The model '" + model.modelId() + "' is "
                            + (signature == null ? "not signed" : "signed by '" + signerId + "'")
                            + "; the trust policy accepts the signers " + new TreeSet<>(signers.keySet()));
        }
        if (!signature.modelId().equals(model.modelId()) || !model.verifySignature(key, signature.signature())) {
            throw new ModelException(
                    ErrorCode.PERMISSION_DENIED,
                    "signature",
                    "The signature of '" + signerId + "' does not belong to the content of the model '"
                            + model.modelId() + "'; do not use it");
        }
    }
}
