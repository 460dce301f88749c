package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** What a model file holds, every byte of it read. */
final class ModelInspection {

    private static final String ARRAY = ".npy";

    private ModelInspection() {}

    /**
     * Reads a file whole.
     *
     * @throws ModelException if it is refused
     */
    static Map<String, @Nullable Object> of(Path file) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            boolean container = model.isContainer();
            Map<String, @Nullable Object> found = new LinkedHashMap<>();
            found.put("file", file.toString());
            found.put("format", container ? "container" : "raw");
            // A raw payload has neither version, id nor metadata; what the SDK gives it instead is not in the file.
            found.put("format_version", container ? model.formatVersion() : null);
            found.put("model_id", container ? model.modelId() : null);
            found.put("metadata", container ? model.metadata() : Map.of());
            found.put("checksum", model.checksum());
            found.put("size", model.size());
            found.put("tensors", tensors(model));
            found.put("inference_model", model.hasInferenceModel() ? part(model.openInferenceModel()) : null);
            found.put(
                    "files",
                    model.fileNames().stream().map(name -> file(model, name)).toList());
            return found;
        }
    }

    private static @Nullable List<Map<String, Object>> tensors(ScaleoutModel model) {
        ModelParameters parameters;
        try {
            // First, because it keeps to the limits; the search for names reads whatever the archive expands to.
            parameters = model.modelParameters();
        } catch (ModelException e) {
            if (model.isRaw()
                    && e.reason().equals("bad_tensor")
                    && arrayNames(model).isEmpty()) {
                return null;
            }
            throw e;
        }
        Set<String> names = archiveOrder(parameters, arrayNames(model));
        boolean numbered =
                IntStream.range(0, names.size()).mapToObj(Integer::toString).allMatch(names::contains);
        List<Map<String, Object>> tensors = new ArrayList<>();
        for (String name : names) {
            int position = numbered ? Integer.parseInt(name) : tensors.size();
            tensors.add(describe(name, parameters.get(position)));
        }
        return tensors;
    }

    /**
     * The names of the arrays as they lie in the archive. The parameters instead have arrays that are named by numbers in the
     * order of the numbers, and may carry names from the metadata.
     */
    private static Set<String> archiveOrder(ModelParameters parameters, Set<String> arrays) {
        return arrays.size() == parameters.size() ? arrays : new LinkedHashSet<>(parameters.names());
    }

    /** The names of the arrays if the training model is an archive of nothing else, in the order in which they lie there. */
    private static Set<String> arrayNames(ScaleoutModel model) {
        Set<String> names = new LinkedHashSet<>();
        if (model.hasTrainingModel()) {
            try (ZipInputStream archive = new ZipInputStream(model.openTrainingModel())) {
                for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                    String name = entry.getName();
                    if (!name.endsWith(ARRAY)) {
                        return Set.of();
                    }
                    names.add(name.substring(0, name.length() - ARRAY.length()));
                }
            } catch (IOException | IllegalArgumentException e) {
                // No archive, or one that this class does not read; what is wrong, if anything, is found by decoding.
                return Set.of();
            }
        }
        return names;
    }

    private static Map<String, Object> describe(String name, Tensor tensor) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", name);
        described.put("dtype", tensor.dataType().numpyName());
        described.put("shape", Arrays.stream(tensor.shape()).boxed().toList());
        described.put("sha256", Sha256.ofElements(tensor));
        return described;
    }

    private static Map<String, Object> file(ScaleoutModel model, String name) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", name);
        described.putAll(part(model.openFile(name)));
        return described;
    }

    private static Map<String, Object> part(InputStream content) {
        Sha256 hash = new Sha256();
        try (content) {
            content.transferTo(hash);
        } catch (IOException e) {
            throw unreadable(e);
        }
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("size", hash.size());
        described.put("sha256", hash.hex());
        return described;
    }

    private static ModelException unreadable(IOException cause) {
        return cause.getCause() instanceof ModelException refused
                ? refused
                : new ModelException(ErrorCode.IO, "io", "The file could not be read: " + cause, cause);
    }
}
