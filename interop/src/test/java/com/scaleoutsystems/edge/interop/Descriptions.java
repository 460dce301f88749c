package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is in models, told as {@code model_exchange.py} tells it. */
final class Descriptions {
    private Descriptions() {}

    static Map<String, Object> archive(Path file, ModelParameters parameters) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("file", file.getFileName().toString());
        description.put(
                "arrays", parameters.stream().map(Descriptions::describe).toList());
        return description;
    }

    /** Told as {@code array_exchange.py} tells it. */
    static Map<String, Object> named(Path file, ModelParameters parameters) {
        Map<String, Object> arrays = new LinkedHashMap<>();
        for (String name : parameters.names()) {
            arrays.put(name, describe(parameters.get(name)));
        }
        return Map.of("file", file.getFileName().toString(), "arrays", arrays);
    }

    static Map<String, Object> container(Path file, ScaleoutModel model, ModelParameters parameters)
            throws IOException {
        Map<String, Object> description = archive(file, parameters);
        description.put("model_id", model.modelId());
        description.put("checksum", model.checksum());
        description.put("metadata", model.metadata());
        Map<String, Object> files = new LinkedHashMap<>();
        for (String name : model.fileNames()) {
            try (InputStream in = model.openFile(name)) {
                files.put(name, sha256(ByteBuffer.wrap(in.readAllBytes())));
            }
        }
        description.put("files", files);
        if (model.hasInferenceModel()) {
            try (InputStream in = model.openInferenceModel()) {
                description.put(
                        "inference_model",
                        Map.of(
                                "format", model.inferenceModelFormat().orElseThrow(),
                                "sha256", sha256(ByteBuffer.wrap(in.readAllBytes()))));
            }
        }
        return description;
    }

    private static Map<String, Object> describe(Tensor tensor) {
        return Map.of(
                "type", tensor.dataType().numpyName(),
                "shape", tensor.shape(),
                "sha256", sha256(tensor.toBuffer()));
    }

    private static String sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
