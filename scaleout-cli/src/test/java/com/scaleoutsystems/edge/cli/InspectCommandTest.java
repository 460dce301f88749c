package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.scaleoutsystems.edge.cli.Vectors.Vector;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code model inspect} against the golden vectors. */
class InspectCommandTest {

    /** Their tensors hold complex numbers or text, which models of this SDK do not carry. */
    private static final Set<String> NO_NUMBERS = Set.of("container/more-dtypes", "container/dict-params-trap");

    /** The vectors leave these open; they are archives that begin like no container, so they are raw. */
    private static final Set<String> RAW = Set.of("refused/prefixed", "refused/metadata-case");

    static Stream<Vector> containers() {
        return Vectors.ofKind("container").filter(vector -> !NO_NUMBERS.contains(vector.id()));
    }

    static Stream<Vector> refused() {
        return Stream.concat(
                Vectors.ofKind("refused").filter(vector -> !RAW.contains(vector.id())),
                NO_NUMBERS.stream().map(Vectors::get));
    }

    @ParameterizedTest
    @MethodSource("containers")
    void containerIsShownAsTheReferenceReadsIt(Vector vector) {
        JsonNode expect = vector.expect();

        Run run = Run.of("model", "inspect", "--json", vector.path());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        JsonNode found = run.json().get(0);
        assertThat(fieldNames(found))
                .containsExactly(
                        "file",
                        "format",
                        "format_version",
                        "model_id",
                        "metadata",
                        "checksum",
                        "size",
                        "tensors",
                        "inference_model",
                        "files");
        assertThat(found.get("file").textValue()).isEqualTo(vector.path());
        assertThat(found.get("format").textValue()).isEqualTo("container");
        assertThat(found.get("format_version")).isEqualTo(expect.get("format_version"));
        assertThat(found.get("model_id")).isEqualTo(expect.get("model_id"));
        assertThat(found.get("metadata").toString())
                // The manifest has minus zero as a text; JSON has it as a number.
                .isEqualTo(expect.get("metadata").toString().replace("\"-0.0\"", "-0.0"));
        assertThat(found.get("checksum")).isEqualTo(expect.get("checksum"));
        assertThat(found.get("size").longValue())
                .isEqualTo(vector.node().get("size").longValue());
        assertThat(tensors(found.get("tensors"), "sha256")).isEqualTo(tensors(expect.get("tensors"), "sha256_le_c"));
        assertThat(found.get("inference_model"))
                .isEqualTo(
                        expect.hasNonNull("inference_model") ? expect.get("inference_model") : NullNode.getInstance());
        assertThat(found.get("files")).isEqualTo(withoutHexNames(expect.get("files")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusedFileIsNamedWithItsReasonAndTheOthersAreStillInspected(Vector vector) {
        String good = Vectors.get("container/float32-basic").path();

        Run run = Run.of("model", "inspect", "--json", vector.path(), good);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("1 of 2 files refused");
        JsonNode refusal = run.json().get(0);
        assertThat(fieldNames(refusal)).containsExactly("file", "refused", "message");
        String reason = vector.node().get("kind").textValue().equals("refused")
                ? vector.expect().get("reason").textValue()
                : "bad_tensor";
        assertThat(refusal.get("refused").textValue()).isEqualTo(reason);
        assertThat(refusal.get("message").textValue()).isNotBlank();
        assertThat(run.json().get(1).get("file").textValue()).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({
        "arr.npz, 'arr_0 arr_1'",
        "helper.npz, '0 1'",
        "named.npz, 'layer1/kernel layer1/bias å'",
    })
    void rawArchiveOfArraysShowsItsTensors(String file, String names) {
        Run run = Run.of(
                "model", "inspect", "--json", Vectors.path("legacy/" + file).toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode found = run.json().get(0);
        assertThat(found.get("format").textValue()).isEqualTo("raw");
        assertThat(found.get("model_id").isNull()).isTrue();
        assertThat(tensors(found.get("tensors"), "sha256").stream().map(tensor -> tensor.split(" ")[0]))
                .containsExactly(names.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"arbitrary.bin", "empty.bin", "pk-not-zip.bin", "raw-f64.bin", "text.json"})
    void rawPayloadOfAnotherKindHasNoTensors(String file) {
        Run run = Run.of(
                "model", "inspect", "--json", Vectors.path("legacy/" + file).toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.json().get(0).get("format").textValue()).isEqualTo("raw");
        assertThat(run.json().get(0).get("tensors").isNull()).isTrue();
    }

    @Test
    void archiveWithPickledObjectsIsRefusedThoughItIsRaw() {
        Run run = Run.of(
                "model",
                "inspect",
                "--json",
                Vectors.path("legacy/object-array.npz").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.json().get(0).get("refused").textValue()).isEqualTo("bad_tensor");
    }

    @Test
    void archiveThatExpandsBeyondTheLimitIsRefusedWithoutBeingExpanded(@TempDir Path folder) throws IOException {
        Path bomb = folder.resolve("bomb.npz");
        // Takes minutes to expand, longer than a run is waited for.
        writeZeros(bomb, 30_000);

        Run run = Run.of("model", "inspect", "--json", bomb.toString());

        assertThat(run.json().get(0).get("refused").textValue()).isEqualTo("too_large");
    }

    /** An archive of one array that holds so many MiB of zeros, and claims to hold almost 4 GiB. */
    private static void writeZeros(Path file, int mebibytes) throws IOException {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[1 << 20]);
        byte[] block = new byte[1 << 12];
        int length = deflater.deflate(block, 0, block.length, Deflater.FULL_FLUSH);
        deflater.setInput(new byte[0]);
        deflater.finish();
        byte[] end = new byte[64];
        int endLength = deflater.deflate(end);
        deflater.end();
        byte[] name = "0.npy".getBytes(StandardCharsets.US_ASCII);
        int size = mebibytes * length + endLength;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(header(0x04034b50, 0, size, name.length).array());
            out.write(name);
            for (int i = 0; i < mebibytes; i++) {
                out.write(block, 0, length);
            }
            out.write(end, 0, endLength);
            out.write(header(0x02014b50, Short.BYTES, size, name.length).array());
            out.write(name);
            out.write(little(22)
                    .putInt(0, 0x06054b50)
                    .putShort(8, (short) 1)
                    .putShort(10, (short) 1)
                    .putInt(12, 46 + name.length)
                    .putInt(16, 30 + name.length + size)
                    .array());
        }
    }

    /** The header of a deflated entry, local or in the directory, whose fields begin so much later. */
    private static ByteBuffer header(int signature, int shift, int size, int nameLength) {
        return little(shift == 0 ? 30 : 46)
                .putInt(0, signature)
                .putShort(4 + shift, (short) 20)
                .putShort(8 + shift, (short) ZipEntry.DEFLATED)
                .putInt(18 + shift, size)
                .putInt(22 + shift, -2)
                .putShort(26 + shift, (short) nameLength);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void namesAreThoseOfTheArchiveNotOfTheMetadata(@TempDir Path folder) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put("weight", Tensor.ofFloats(new float[] {1, 2}, 2));
        named.put("bias", Tensor.scalar(3L));
        Path file = folder.resolve("named.scm");
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.ofNamed(named))) {
            model.saveTo(file);
        }

        JsonNode found =
                Run.of("model", "inspect", "--json", file.toString()).json().get(0);

        assertThat(tensors(found.get("tensors"), "sha256").stream().map(text -> text.split(" ")[0]))
                .containsExactly("0", "1");
        assertThat(found.get("metadata").get("tensor_names").toString()).isEqualTo("[\"weight\",\"bias\"]");
    }

    @Test
    void missingFileIsRefused() {
        Run run = Run.of("model", "inspect", "--json", "no/such/file.scm");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.json().get(0).get("message").textValue()).contains("no/such/file.scm");
    }

    @Test
    void textNamesIdTensorsAndFiles() {
        String path = Vectors.get("container/everything").path();

        Run run = Run.of("model", "inspect", path);

        assertThat(run.out())
                .startsWith(path + ": container 2, 2259 bytes\n")
                .contains("id          model-20261124\n")
                .contains("tensor      1: float64[2, 2]")
                .contains("file        résumé ☃.txt: 5 bytes");
    }

    private static List<String> fieldNames(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> tensors(JsonNode tensors, String hash) {
        List<String> all = new ArrayList<>();
        for (JsonNode tensor : tensors) {
            all.add(tensor.get("name").textValue() + " " + tensor.get("dtype").textValue() + " " + tensor.get("shape")
                    + " " + tensor.get(hash).textValue());
        }
        return all;
    }

    private static JsonNode withoutHexNames(JsonNode files) {
        JsonNode copy = files.deepCopy();
        copy.forEach(file -> ((ObjectNode) file).remove("name_utf8_hex"));
        return copy;
    }
}
