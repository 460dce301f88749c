package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures agree with the reference client's, bit for bit. */
class SignatureVectorsTest {

    private static final JsonNode KEYS =
            Vectors.get("signature/signed").expect().get("keys");

    static Stream<Vectors.Vector> signed() {
        return Vectors.ofKind("signature")
                .filter(vector -> vector.expect().has("sign_result"))
                .filter(vector -> !vector.id().equals("signature/duplicate-names"));
    }

    static Stream<Vectors.Vector> tampered() {
        return Vectors.ofKind("signature").filter(vector -> vector.expect().has("signature_of_signed"));
    }

    private static PrivateKey privateKey(int number) {
        return Ed25519Keys.privateKey(pem(number, "private_pem"));
    }

    private static PublicKey publicKey(int number) {
        return Ed25519Keys.publicKey(pem(number, "public_pem"));
    }

    private static String pem(int number, String which) {
        return new String(Vectors.bytes(KEYS.get(number).get(which).asText()), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("signed")
    void signingGivesTheSameSignature(Vectors.Vector vector) {
        JsonNode expected = vector.expect().get("sign_result");
        PrivateKey key = privateKey(vector.expect().get("key").asInt());
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            ModelSignature signature = expected.has("signer_id")
                    ? model.sign(key, expected.get("signer_id").asText())
                    : model.sign(key);

            assertThat(new ObjectMapper().valueToTree(signature.toMap()).toString())
                    .isEqualTo(expected.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("signed")
    void verifyingGivesTheSameAnswers(Vectors.Vector vector) {
        String good = vector.expect().get("sign_result").get("signature").asText();
        int number = vector.expect().get("key").asInt();
        JsonNode others = vector.expect().get("verify_others");
        byte[] raw = Base64.getDecoder().decode(good);
        byte[] flipped = raw.clone();
        flipped[0] ^= 1;
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            assertThat(model.verifySignature(publicKey(number), good)).isTrue();
            assertThat(model.verifySignature(publicKey(1 - number), good)).isEqualTo(value(others, "other_key"));
            assertThat(model.verifySignature(publicKey(number), base64(flipped)))
                    .isEqualTo(value(others, "flipped_bit"));
            assertThat(model.verifySignature(publicKey(number), "")).isEqualTo(value(others, "empty_text"));
            assertThat(model.verifySignature(publicKey(number), "not base64!")).isEqualTo(value(others, "not_base64"));
            assertThat(model.verifySignature(publicKey(number), base64(Arrays.copyOf(raw, 63))))
                    .isEqualTo(value(others, "63_bytes"));
            assertThat(model.verifySignature(publicKey(number), good.substring(0, 20) + "\n" + good.substring(20)))
                    .isEqualTo(value(others, "newline_inside"));
            assertThat(model.verifySignature(publicKey(number), good.substring(0, 20) + "!" + good.substring(20)))
                    .isEqualTo(value(others, "garbage_inside"));
            assertThat(model.verifySignature(publicKey(number), good.replace("=", "")))
                    .isEqualTo(value(others, "no_padding"));
        }
    }

    private static boolean value(JsonNode others, String which) {
        return others.get(which).get("value").asBoolean();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @ParameterizedTest
    @MethodSource("tampered")
    void whatWasTamperedWithDoesNotVerify(Vectors.Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            assertThat(model.verifySignature(
                            publicKey(0),
                            vector.expect().get("signature_of_signed").asText()))
                    .isFalse();
        }
    }

    @Test
    void duplicateNamesAreRefusedBeforeASignatureIsLookedAt() {
        assertThatThrownBy(() -> ScaleoutModel.fromFile(
                        Vectors.get("signature/duplicate-names").path()))
                .isInstanceOfSatisfying(
                        ModelException.class,
                        error -> assertThat(error.reason()).isEqualTo("duplicate_entry"));
    }

    @Test
    void keysMayBePemJwkOrRawBytes() {
        JsonNode key = KEYS.get(0);
        byte[] seed = HexFormat.of().parseHex(key.get("private_seed_hex").asText());
        byte[] raw = HexFormat.of().parseHex(key.get("public_raw_hex").asText());
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String publicJwk = "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"" + url.encodeToString(raw) + "\"}";
        String privateJwk = "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"" + url.encodeToString(raw)
                + "\", \"d\": \"" + url.encodeToString(seed) + "\"}";

        assertThat(Ed25519Keys.publicKey(publicJwk)).isEqualTo(publicKey(0));
        assertThat(Ed25519Keys.publicKey(raw)).isEqualTo(publicKey(0));
        assertThat(Ed25519Keys.privateKey(privateJwk)).isEqualTo(privateKey(0));
        assertThat(Ed25519Keys.privateKey(seed)).isEqualTo(privateKey(0));
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> Ed25519Keys.privateKey("secret nonsense"))
                .isInstanceOf(ModelException.class)
                .hasMessageNotContaining("secret nonsense");
        assertThatThrownBy(() -> Ed25519Keys.publicKey(new byte[31])).isInstanceOf(ModelException.class);
    }
}
