package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrustPolicyTest {
    private final ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(1f)));
    private final KeyPair keys = keyPair("Ed25519");

    @AfterEach
    void closeModel() {
        model.close();
    }

    private static KeyPair keyPair(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefused(Runnable check, String reason, String message) {
        assertThatThrownBy(check::run)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    @Test
    void checksumMustMatchIfThereIsOne() {
        TrustPolicy policy = TrustPolicy.defaults();
        assertThatCode(() -> policy.verify(model, model.checksum(), null)).doesNotThrowAnyException();
        assertThatCode(() -> policy.verify(model, model.checksum().toUpperCase(Locale.ROOT), null))
                .doesNotThrowAnyException();
        assertThatCode(() -> policy.verify(model, null, null)).doesNotThrowAnyException();
        assertThatThrownBy(() -> policy.verify(model, "00", null))
                .isInstanceOfSatisfying(ModelException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOSS);
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessageContaining("where 00 was announced");
    }

    @Test
    void checksumMayBeRequired() {
        TrustPolicy policy = TrustPolicy.defaults().requiringChecksum();
        assertThatCode(() -> policy.verify(model, model.checksum(), null)).doesNotThrowAnyException();
        assertRefused(() -> policy.verify(model, null, null), "checksum", "came without a checksum");
        assertRefused(() -> policy.verify(model, "", null), "checksum", "came without a checksum");
    }

    @Test
    void pinnedSignerMustHaveSigned() {
        TrustPolicy policy = TrustPolicy.defaults().withSigner("node-0", keys.getPublic());
        assertThatCode(() -> policy.verify(model, null, model.sign(keys.getPrivate(), "node-0")))
                .doesNotThrowAnyException();
        assertRefused(() -> policy.verify(model, null, null), "signature", "is not signed");
        assertRefused(
                () -> policy.verify(model, null, model.sign(keys.getPrivate(), "node-1")),
                "signature",
                "signed by 'node-1'; the trust policy accepts the signers [node-0]");
        assertRefused(
                () -> policy.verify(model, null, model.sign(keys.getPrivate())),
                "signature",
                "the trust policy accepts");
        KeyPair others = keyPair("Ed25519");
        assertRefused(
                () -> policy.verify(model, null, model.sign(others.getPrivate(), "node-0")),
                "signature",
                "does not belong to the content");
    }

    @Test
    void signatureOfAnotherModelIsNoGood() {
        TrustPolicy policy = TrustPolicy.defaults().withSigner("node-0", keys.getPublic());
        ModelSignature signature = model.sign(keys.getPrivate(), "node-0");
        ModelSignature relabelled = ModelSignature.of(signature.signature(), "node-0", "other");
        try (ScaleoutModel renamed = model.withModelId("other")) {
            assertRefused(() -> policy.verify(renamed, null, signature), "signature", "does not belong");
            assertRefused(() -> policy.verify(renamed, null, relabelled), "signature", "does not belong");
            assertRefused(() -> policy.verify(model, null, relabelled), "signature", "does not belong");
        }
    }

    @Test
    void keyOfAnotherKindIsRefusedAtOnce() {
        KeyPair rsa = keyPair("RSA");
        assertRefused(() -> TrustPolicy.defaults().withSigner("a", rsa.getPublic()), "bad_key", "a key for RSA");
        assertRefused(() -> model.sign(rsa.getPrivate()), "bad_key", "a key for RSA");
        assertRefused(() -> model.verifySignature(rsa.getPublic(), ""), "bad_key", "a key for RSA");
    }
}
