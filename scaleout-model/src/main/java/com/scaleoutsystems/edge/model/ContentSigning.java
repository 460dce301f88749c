package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signs what a container holds, by the reference's rule: SHA-256 over the name in UTF-8, a zero byte and the content of
 * every entry, in the order of the names by code point; Ed25519 over the 32 bytes of that hash.
 *
 * <p>The rule has no lengths, so two containers can be built that share one hash. It is kept for compatibility.
 */
final class ContentSigning {
    private ContentSigning() {}

    static ModelSignature sign(ModelContent content, String modelId, PrivateKey key, @Nullable String signerId) {
        byte[] hash = contentHash(content);
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(Ed25519Keys.checked(key));
            signer.update(hash);
            return new ModelSignature(Base64.getEncoder().encodeToString(signer.sign()), signerId, modelId);
        } catch (GeneralSecurityException e) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT, "bad_key", "The model '" + modelId + "' could not be signed: " + e, e);
        }
    }

    static boolean verify(ModelContent content, PublicKey key, String signature) {
        PublicKey checked = Ed25519Keys.checked(key);
        byte[] decoded = decode(signature);
        if (decoded == null) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(checked);
            verifier.update(contentHash(content));
            return verifier.verify(decoded);
        } catch (GeneralSecurityException e) {
            // How the platform answers a signature of the wrong length or outside the group.
            return false;
        }
    }

    /** Skips what is not of the alphabet, line breaks above all, as the reference does; padding must be there. */
    private static byte @Nullable [] decode(String signature) {
        try {
            String known = signature.replaceAll("[^A-Za-z0-9+/=]", "");
            return known.length() % 4 == 0 ? Base64.getDecoder().decode(known) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static byte[] contentHash(ModelContent content) {
        Container container = content.container();
        if (container == null) {
            throw new ModelException(
                    ErrorCode.FAILED_PRECONDITION,
                    "signature",
                    "A raw model can't be signed or verified, for it has no entries; make a container of it with"
                            + " toBuilder()");
        }
        List<byte[]> names = container.archive().entries().keySet().stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                // The order of unsigned UTF-8 is that of code points; String.compareTo differs beyond the BMP.
                .sorted(Arrays::compareUnsigned)
                .toList();
        Sha256 hash = new Sha256();
        for (byte[] name : names) {
            hash.update(name, 0, name.length);
            hash.update(new byte[1], 0, 1);
            Bytes part = Objects.requireNonNull(content.part(new String(name, StandardCharsets.UTF_8)));
            hash.update(part);
        }
        return HexFormat.of().parseHex(hash.finish().hex());
    }
}
