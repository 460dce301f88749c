package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.Vectors.Vector;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content hashes and signatures agree with the reference's bit by bit. */
class SignatureVectorsTest {
    private static String key(int number, boolean isPrivate) {
        return new String(Vectors.bytes("signatures/key" + number + (isPrivate ? ".pem" : ".pub.pem")));
    }

    private static PublicKey publicKey(Vector vector) {
        return Ed25519Keys.publicKey(key(vector.expect().get("key").intValue(), false));
    }

    private static String contentHash(String file) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(Vectors.path(file))) {
            return HexFormat.of().formatHex(ContentSigning.contentHash(model.content()));
        }
    }

    static Stream<Vector> signed() {
        return Vectors.ofKind("signature")
                .filter(vector -> vector.expect().has("sign_result"))
                // Names that occur twice are refused before any signature is looked at, see below.
                .filter(vector -> !vector.id().equals("signature/duplicate-names"));
    }

    static Stream<Vector> tampered() {
        return Vectors.ofKind("signature").filter(vector -> vector.expect().has("signature_of_signed"));
    }

    @Test
    void thereAreVectors() {
        assertThat(signed()).hasSize(3);
        assertThat(tampered()).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("signed")
    void signatureIsTheReferences(Vector vector) {
        JsonNode expected = vector.expect().get("sign_result");
        String privateKey = key(vector.expect().get("key").intValue(), true);
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            ModelSignature signature = expected.has("signer_id")
                    ? model.sign(
                            Ed25519Keys.privateKey(privateKey),
                            expected.get("signer_id").textValue())
                    : model.sign(Ed25519Keys.privateKey(privateKey));
            Map<String, Object> members = new HashMap<>();
            expected.properties()
                    .forEach(member ->
                            members.put(member.getKey(), member.getValue().textValue()));
            assertThat(signature.toMap()).isEqualTo(members);
            assertThat(model.verifySignature(publicKey(vector), signature.signature()))
                    .isTrue();
        }
        assertThat(contentHash(vector.file()))
                .isEqualTo(vector.expect().get("content_hash_hex").textValue());
    }

    @ParameterizedTest
    @MethodSource("signed")
    void otherSignaturesAreJudgedAsTheReferenceJudgesThem(Vector vector) {
        String good = vector.expect().get("sign_result").get("signature").textValue();
        byte[] raw = Base64.getDecoder().decode(good);
        byte[] flipped = raw.clone();
        flipped[10] ^= 1;
        Base64.Encoder base64 = Base64.getEncoder();
        Map<String, String> texts = Map.of(
                "flipped_bit",
                base64.encodeToString(flipped),
                "empty_text",
                "",
                "not_base64",
                "!!!!",
                "63_bytes",
                base64.encodeToString(java.util.Arrays.copyOf(raw, 63)),
                "newline_inside",
                good.substring(0, 40) + "\n" + good.substring(40),
                "garbage_inside",
                good.substring(0, 40) + "*" + good.substring(40),
                "no_padding",
                good.replace("=", ""),
                "url_alphabet",
                Base64.getUrlEncoder().encodeToString(raw));
        JsonNode expected = vector.expect().get("verify_others");
        int other = 1 - vector.expect().get("key").intValue();
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            texts.forEach((name, text) -> assertThat(model.verifySignature(publicKey(vector), text))
                    .as(name)
                    .isEqualTo(expected.get(name).get("value").booleanValue()));
            assertThat(model.verifySignature(Ed25519Keys.publicKey(key(other, false)), good))
                    .isEqualTo(expected.get("other_key").get("value").booleanValue());
        }
    }

    @ParameterizedTest
    @MethodSource("tampered")
    void tamperedContentIsNoticed(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            String signature = vector.expect().get("signature_of_signed").textValue();
            assertThat(model.verifySignature(publicKey(vector), signature)).isFalse();
        }
        assertThat(contentHash(vector.file()))
                .isEqualTo(vector.expect().get("content_hash_hex").textValue());
    }

    @Test
    void collisionOfTheReferencesRuleIsKept() {
        JsonNode expect = Vectors.get("signature/collision").expect();
        assertThat(contentHash("signatures/collision-a.scm"))
                .isEqualTo(expect.get("hash_a").textValue());
        assertThat(contentHash("signatures/collision-b.scm"))
                .isEqualTo(expect.get("hash_b").textValue());
    }

    @Test
    void duplicateNamesAreRefusedThoughTheReferenceSignsThem() {
        assertThatThrownBy(() -> ScaleoutModel.fromFile(
                        Vectors.get("signature/duplicate-names").path()))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("duplicate_entry"));
    }

    @Test
    void signatureOutlivesCompressionAndOrderButNotTheId() {
        Vector vector = Vectors.get("signature/signed");
        String signature = vector.expect().get("sign_result").get("signature").textValue();
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path());
                ScaleoutModel renamed = model.withModelId("other")) {
            assertThat(model.verifySignature(publicKey(vector), signature)).isTrue();
            assertThat(renamed.verifySignature(publicKey(vector), signature)).isFalse();
        }
    }

    @Test
    void rawModelCannotBeSigned() {
        // The reference signs the container that it wraps around the model, which is another one each time.
        assertThat(Vectors.get("signature/legacy").expect().get("equal").booleanValue())
                .isFalse();
        try (ScaleoutModel model = ScaleoutModel.fromFile(Vectors.path("legacy/helper.npz"))) {
            assertThatThrownBy(() -> model.sign(Ed25519Keys.privateKey(key(0, true))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("toBuilder()");
        }
    }

    @Test
    void keysAreReadInEveryForm() {
        JsonNode expected = Vectors.get("signature/signed").expect().get("keys").get(0);
        byte[] seed = HexFormat.of().parseHex(expected.get("private_seed_hex").textValue());
        byte[] raw = HexFormat.of().parseHex(expected.get("public_raw_hex").textValue());
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String jwk = " {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + url.encodeToString(raw) + "\",\"d\":\""
                + url.encodeToString(seed) + "\"}";
        byte[] privateDer =
                Base64.getDecoder().decode(expected.get("private_pkcs8_der_b64").textValue());
        byte[] publicDer =
                Base64.getDecoder().decode(expected.get("public_spki_der_b64").textValue());
        assertThat(Ed25519Keys.privateKey(key(0, true)).getEncoded()).isEqualTo(privateDer);
        assertThat(Ed25519Keys.privateKey(jwk).getEncoded()).isEqualTo(privateDer);
        assertThat(Ed25519Keys.privateKey(seed).getEncoded()).isEqualTo(privateDer);
        assertThat(Ed25519Keys.publicKey(key(0, false)).getEncoded()).isEqualTo(publicDer);
        assertThat(Ed25519Keys.publicKey(jwk).getEncoded()).isEqualTo(publicDer);
        assertThat(Ed25519Keys.publicKey(raw).getEncoded()).isEqualTo(publicDer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "{",
                "{\"kty\":\"RSA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"?\",\"d\":\"?\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"c2VjcmV0\",\"d\":\"c2VjcmV0\"}",
                "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
                "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----"
            })
    void textThatIsNoKeyIsRefusedWithoutBeingQuoted(String text) {
        assertThatThrownBy(() -> Ed25519Keys.privateKey(text)).isInstanceOfSatisfying(ModelException.class, e -> {
            assertThat(e.reason()).isEqualTo("bad_key");
            assertThat(e.getMessage()).doesNotContain("c2VjcmV0").doesNotContain("secret");
        });
        assertThatThrownBy(() -> Ed25519Keys.publicKey(text))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("bad_key"));
    }
}
