package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.cli.Vectors.Vector;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code model verify, sign, set-id} and {@code convert}. */
class ModelCommandTest {

    private static final Vector CONTAINER = Vectors.get("container/everything");
    private static final Vector SIGNED = Vectors.get("signature/signed");

    @TempDir
    Path folder;

    @Test
    void rightChecksumIsGoodWhateverItsCase() {
        String checksum = CONTAINER.expect().get("checksum").textValue();

        assertThat(Run.of("model", "verify", CONTAINER.path(), "--checksum", checksum.toUpperCase(Locale.ROOT)))
                .isEqualTo(new Run(0, CONTAINER.path() + ": good\n", ""));
    }

    @Test
    void wrongChecksumNamesBoth() {
        Run run = Run.of("model", "verify", CONTAINER.path(), "--checksum", "0".repeat(64));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .hasLineCount(1)
                .contains(CONTAINER.expect().get("checksum").textValue(), "0".repeat(64));
    }

    @Test
    void checksumThatIsNoneIsWrongUsage() {
        Run run = Run.of("model", "verify", CONTAINER.path(), "--checksum", "abc");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("'abc'", "64 hexadecimal digits");
    }

    @Test
    void verifyNeedsEitherChecksumOrSignature() {
        assertThat(Run.of("model", "verify", CONTAINER.path()).exitCode()).isEqualTo(2);
        assertThat(Run.of("model", "verify", CONTAINER.path(), "--signature", "x")
                        .exitCode())
                .isEqualTo(2);
        assertThat(Run.of(
                                "model",
                                "verify",
                                CONTAINER.path(),
                                "--checksum",
                                "x",
                                "--signature",
                                "x",
                                "--public-key",
                                "y")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void signatureIsTheReferencesBitForBitAndVerifies() {
        JsonNode expected = SIGNED.expect().get("sign_result");

        Run signed = Run.of("model", "sign", SIGNED.path(), "--private-key", key("key0.pem"), "--signer-id", "node-0");

        assertThat(signed.exitCode()).as(signed.err()).isZero();
        assertThat(signed.json().get(0)).isEqualTo(expected);
        assertThat(verify(
                                SIGNED.path(),
                                "key0.pub.pem",
                                expected.get("signature").textValue())
                        .exitCode())
                .isZero();
    }

    @Test
    void signatureWithoutSignerHasNoSignerId() {
        Vector small = Vectors.get("signature/signed-small");

        Run signed = Run.of("model", "sign", small.path(), "--private-key", key("key1.pem"));

        assertThat(signed.json().get(0)).isEqualTo(small.expect().get("sign_result"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tampered-weights", "tampered-file-removed", "tampered-entry-added"})
    void changedContentDoesNotVerify(String name) {
        Vector tampered = Vectors.get("signature/" + name);

        Run run = verify(
                tampered.path(),
                "key0.pub.pem",
                tampered.expect().get("signature_of_signed").textValue());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("do not use it");
    }

    @Test
    void keyOfAnotherKindIsNamedWithoutShowingIt() throws IOException {
        Run run = Run.of("model", "sign", SIGNED.path(), "--private-key", key("key0.pub.pem"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("key0.pub.pem", "'PRIVATE KEY' is expected");
        String secret = Files.readString(Vectors.path("signatures/key0.pub.pem"))
                .lines()
                .toList()
                .get(1);
        assertThat(run.err()).doesNotContain(secret);
    }

    @Test
    void missingKeyFileIsNamed() {
        Run run = Run.of("model", "sign", SIGNED.path(), "--private-key", "no/key.pem");

        assertThat(run)
                .isEqualTo(
                        new Run(
                                1,
                                "",
                                "scaleout-edge model sign: cannot read the key no/key.pem: there is no such file or folder; check the path\n"));
    }

    @Test
    void newIdChangesNothingElse() {
        Path renamed = folder.resolve("renamed.scm");

        Run run = Run.of("model", "set-id", CONTAINER.path(), "another-id", "-o", renamed.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        try (ScaleoutModel before = ScaleoutModel.fromFile(Path.of(CONTAINER.path()));
                ScaleoutModel after = ScaleoutModel.fromFile(renamed)) {
            assertThat(after.modelId()).isEqualTo("another-id");
            assertThat(after.modelParameters()).isEqualTo(before.modelParameters());
            assertThat(after.fileNames()).isEqualTo(before.fileNames());
            assertThat(after.metadata().get("tag")).isEqualTo("v2");
        }
    }

    @Test
    void rawPayloadHasNoIdToSet() {
        String raw = Vectors.path("legacy/helper.npz").toString();

        Run run = Run.of(
                "model", "set-id", raw, "id", "-o", folder.resolve("x.scm").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("model convert");
        assertThat(folder.resolve("x.scm")).doesNotExist();
    }

    @Test
    void conversionGoesRoundWithoutLoss() {
        String npz = convert(CONTAINER.path(), "a.npz");
        String safetensors = convert(npz, "b.safetensors");
        String container = convert(safetensors, "c.SCM");

        ModelParameters parameters;
        try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(CONTAINER.path()))) {
            parameters = model.modelParameters();
        }
        assertThat(ModelParameters.readNpz(Path.of(npz))).isEqualTo(parameters);
        assertThat(ModelParameters.readSafetensors(Path.of(safetensors))).isEqualTo(parameters);
        try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(container))) {
            assertThat(model.isContainer()).isTrue();
            assertThat(model.modelParameters()).isEqualTo(parameters);
        }
    }

    @Test
    void fileMayBeConvertedOntoItself() {
        String npz = convert(CONTAINER.path(), "a.npz");

        Run run = Run.of("model", "convert", npz, "-o", npz);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(ModelParameters.readNpz(Path.of(npz)).size()).isEqualTo(2);
        assertThat(folder.toFile().list()).containsExactly("a.npz");
    }

    @Test
    void filesBesideTheOutputAreLeftAlone() throws IOException {
        Path beside = Files.writeString(folder.resolve("a.npz.part"), "the user's own");

        convert(CONTAINER.path(), "a.npz");

        assertThat(beside).hasContent("the user's own");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("a.npz", "a.npz.part");
    }

    @Test
    void unknownEndingIsWrongUsage() {
        Run run = Run.of("model", "convert", CONTAINER.path(), "-o", "x.onnx");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("'x.onnx'", ".safetensors");
    }

    @Test
    void folderThatIsNotThereFailsTheConversion() {
        Run run = Run.of(
                "model",
                "convert",
                CONTAINER.path(),
                "-o",
                folder.resolve("no/x.npz").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("no/x.npz", "check the path");
    }

    private String convert(String source, String target) {
        String path = folder.resolve(target).toString();
        Run run = Run.of("model", "convert", source, "-o", path);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return path;
    }

    private static Run verify(String file, String key, String signature) {
        return Run.of("model", "verify", file, "--public-key", key(key), "--signature", signature);
    }

    private static String key(String name) {
        return Vectors.path("signatures/" + name).toString();
    }
}
