package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.Ed25519Keys;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSignature;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one side signs, the other verifies, whichever form the keys come in; and both give the same signature. */
@Tag("interop")
class SignatureExchangeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void javaVerifiesWhatTheReferenceSigns() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("signed"));
        peers.run("signature_exchange.py", "sign", folder);
        JsonNode signature = JSON.readTree(folder.resolve("signature.json").toFile());

        List<PublicKey> publics = List.of(
                Ed25519Keys.publicKey(Files.readString(folder.resolve("public.pem"))),
                Ed25519Keys.publicKey(Files.readString(folder.resolve("public.jwk"))),
                Ed25519Keys.publicKey(Files.readAllBytes(folder.resolve("public.raw"))));
        List<PrivateKey> privates = List.of(
                Ed25519Keys.privateKey(Files.readString(folder.resolve("private.pem"))),
                Ed25519Keys.privateKey(Files.readString(folder.resolve("private.jwk"))),
                Ed25519Keys.privateKey(Files.readAllBytes(folder.resolve("private.raw"))));
        try (ScaleoutModel model = ScaleoutModel.fromFile(folder.resolve("model.scm"));
                ScaleoutModel other = model.withModelId("another")) {
            String text = signature.get("signature").textValue();
            assertThat(publics)
                    .hasSize(3)
                    .allSatisfy(
                            key -> assertThat(model.verifySignature(key, text)).isTrue());
            assertThat(other.verifySignature(publics.get(0), text)).isFalse();
            assertThat(privates)
                    .hasSize(3)
                    .allSatisfy(
                            key -> assertThat(asJson(model.sign(key, "python"))).isEqualTo(signature));
        }
    }

    @Test
    void referenceVerifiesWhatJavaSigns() throws IOException, GeneralSecurityException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("signed"));
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        writeKeys(folder, keys);
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(ModelParameters.of(Tensor.ofFloats(new float[] {1, 2, 3}, 3)))
                .metadata("note", "größer als 0")
                .inferenceModel(new byte[] {0, 1, 2, 3}, "onnx")
                .file("\ufb01.txt", "a ligature".getBytes(StandardCharsets.UTF_8))
                .file("\uD83D\uDE42.txt", "a smile".getBytes(StandardCharsets.UTF_8))
                .build()) {
            model.saveTo(folder.resolve("model.scm"));
            JSON.writeValue(
                    folder.resolve("signature.json").toFile(),
                    model.sign(keys.getPrivate(), "java").toMap());
        }

        JsonNode seen = JSON.readTree(peers.run("signature_exchange.py", "verify", folder));

        Map<String, Boolean> allForms = Map.of("pem", true, "jwk", true, "raw", true);
        assertThat(seen)
                .isEqualTo(JSON.valueToTree(
                        Map.of("verified", allForms, "signed alike", allForms, "verified for another model", false)));
    }

    private static JsonNode asJson(ModelSignature signature) {
        return JSON.valueToTree(signature.toMap());
    }

    /** In the forms that the standards prescribe, since the SDK itself only reads keys. */
    private static void writeKeys(Path folder, KeyPair keys) throws IOException {
        byte[] seed = lastBytes(keys.getPrivate().getEncoded());
        byte[] point = lastBytes(keys.getPublic().getEncoded());
        Files.write(folder.resolve("private.raw"), seed);
        Files.write(folder.resolve("public.raw"), point);
        Files.writeString(
                folder.resolve("private.pem"),
                pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Files.writeString(
                folder.resolve("public.pem"), pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        Map<String, String> jwk = new LinkedHashMap<>(Map.of("kty", "OKP", "crv", "Ed25519", "x", base64Url(point)));
        JSON.writeValue(folder.resolve("public.jwk").toFile(), jwk);
        jwk.put("d", base64Url(seed));
        JSON.writeValue(folder.resolve("private.jwk").toFile(), jwk);
    }

    /** Both standards for encoded keys end with the 32 bytes of the key itself. */
    private static byte[] lastBytes(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    private static String pem(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(encoded) + "\n-----END " + label
                + "-----\n";
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
