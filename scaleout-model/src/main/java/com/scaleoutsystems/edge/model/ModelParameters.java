package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.arrays.NamedArray;
import com.scaleoutsystems.edge.model.internal.arrays.Npz;
import com.scaleoutsystems.edge.model.internal.arrays.Safetensors;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a model, in order and optionally named.
 *
 * <p>Immutable and safe for use by many threads. Between clients only the order counts: averaging and the reference client use positions.
 * Names are for people; a container stores them in its metadata.
 *
 * @since 0.1.0
 */
public final class ModelParameters implements Iterable<Tensor> {
    private final List<Tensor> tensors;
    private final @Nullable List<String> names;
    private final Map<String, Integer> positions = new HashMap<>();

    private ModelParameters(List<Tensor> tensors, @Nullable List<String> names) {
        this.tensors = List.copyOf(tensors);
        this.names = names == null ? null : List.copyOf(names);
        for (int i = 0; i < tensors.size(); i++) {
            String name = names == null ? Integer.toString(i) : names.get(i);
            if (positions.put(name, i) != null) {
                throw new ModelException(
                        ErrorCode.INVALID_ARGUMENT, "bad_tensor", "Two tensors have the name '" + name + "'");
            }
        }
    }

    /**
     * Puts tensors in order, without names.
     *
     * @param tensors the tensors
     * @return the parameters
     */
    public static ModelParameters of(Tensor... tensors) {
        return of(List.of(tensors));
    }

    /**
     * Puts tensors in order, without names.
     *
     * @param tensors the tensors
     * @return the parameters
     */
    public static ModelParameters of(List<Tensor> tensors) {
        return new ModelParameters(tensors, null);
    }

    /**
     * Puts named tensors in the order of a map, which should be one that keeps its order.
     *
     * @param tensors the tensors by name
     * @return the parameters
     */
    public static ModelParameters ofNamed(Map<String, Tensor> tensors) {
        return new ModelParameters(new ArrayList<>(tensors.values()), new ArrayList<>(tensors.keySet()));
    }

    /**
     * Reads an archive of NumPy arrays.
     *
     * <p>Arrays named {@code 0} to {@code n-1} come in the order of the numbers and without names; all others come in the order of the
     * archive, with their names. Arrays that are stored uncompressed, little-endian and in C order are views of the file, so the file must
     * not change.
     *
     * @param file the archive
     * @return the parameters
     * @throws ModelException if the file is damaged, contains anything other than arrays of numbers, or exceeds the default
     *     limits
     */
    public static ModelParameters readNpz(Path file) {
        return readNpz(file, ReadSettings.defaults());
    }

    /**
     * Reads an archive of NumPy arrays like {@link #readNpz(Path)}.
     *
     * @param file the archive
     * @param settings where decompressed arrays go and what is refused
     * @return the parameters
     * @throws ModelException if the file is damaged, contains anything other than arrays of numbers, or exceeds the limits
     */
    public static ModelParameters readNpz(Path file, ReadSettings settings) {
        return readNpz(ModelFiles.open(file, settings), settings);
    }

    /**
     * Reads an archive of NumPy arrays from a stream, to its end; the stream is not closed.
     *
     * <p>Arrays named {@code 0} to {@code n-1} come in the order of the numbers and without names; all others come in the order of the
     * archive, with their names.
     *
     * @param in the archive
     * @return the parameters
     * @throws ModelException if the content is damaged, contains anything other than arrays of numbers, or exceeds the
     *     default limits
     */
    public static ModelParameters readNpz(InputStream in) {
        return readNpz(in, ReadSettings.defaults());
    }

    /**
     * Reads an archive of NumPy arrays from a stream like {@link #readNpz(InputStream)}.
     *
     * @param in the archive; read to its end, not closed
     * @param settings where large content goes and what is refused
     * @return the parameters
     * @throws ModelException if the content is damaged, contains anything other than arrays of numbers, or exceeds the limits
     */
    public static ModelParameters readNpz(InputStream in, ReadSettings settings) {
        return readNpz(ModelFiles.receive(in, settings), settings);
    }

    private static ModelParameters readNpz(Bytes npz, ReadSettings settings) {
        return readNpz(npz, settings.workspace(npz.size()), settings.limits());
    }

    static ModelParameters readNpz(Bytes npz, Workspace workspace, ModelLimits limits) {
        return ofArrays(Npz.read(npz, workspace, limits.maxEntries()));
    }

    /**
     * Reads a safetensors file. The tensors come in the order of their elements and are views of the file, so the file must not change;
     * those named {@code 0} to {@code n-1} come without names.
     *
     * @param file the file
     * @return the parameters
     * @throws ModelException if the file is damaged, contains types that are not in {@link DataType}, or exceeds the
     *     default limits
     */
    public static ModelParameters readSafetensors(Path file) {
        return readSafetensors(file, ReadSettings.defaults());
    }

    /**
     * Reads a safetensors file like {@link #readSafetensors(Path)}.
     *
     * @param file the file
     * @param settings what is refused
     * @return the parameters
     * @throws ModelException if the file is damaged, contains types that are not in {@link DataType}, or exceeds the limits
     */
    public static ModelParameters readSafetensors(Path file, ReadSettings settings) {
        return readSafetensors(ModelFiles.open(file, settings), settings.limits());
    }

    /**
     * Reads a safetensors file from a stream, to its end; the stream is not closed.
     *
     * @param in the content
     * @return the parameters
     * @throws ModelException if the content is damaged, contains types that are not in {@link DataType}, or exceeds the
     *     default limits
     */
    public static ModelParameters readSafetensors(InputStream in) {
        return readSafetensors(in, ReadSettings.defaults());
    }

    /**
     * Reads a safetensors file from a stream like {@link #readSafetensors(InputStream)}.
     *
     * @param in the content; read to its end, not closed
     * @param settings where large content goes and what is refused
     * @return the parameters
     * @throws ModelException if the content is damaged, contains types that are not in {@link DataType}, or exceeds the
     *     limits
     */
    public static ModelParameters readSafetensors(InputStream in, ReadSettings settings) {
        return readSafetensors(ModelFiles.receive(in, settings), settings.limits());
    }

    private static ModelParameters readSafetensors(Bytes file, ModelLimits limits) {
        return ofArrays(Safetensors.read(file, limits.maxMetadataBytes(), limits.maxEntries()));
    }

    private static ModelParameters ofArrays(List<NamedArray> arrays) {
        List<Tensor> tensors = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean numbered = true;
        for (NamedArray array : arrays) {
            numbered &= array.name().equals(Integer.toString(tensors.size()));
            tensors.add(Tensor.of(array));
            names.add(array.name());
        }
        return new ModelParameters(tensors, numbered ? null : names);
    }

    /**
     * Writes an archive of NumPy arrays, uncompressed, under their names or, without names, as {@code 0} to
     * {@code n-1}. Equal parameters give equal bytes.
     *
     * @param out the target; not closed
     * @throws ModelException if the target fails
     */
    public void writeNpz(OutputStream out) {
        ModelFiles.write(Npz.write(toArrays(names())), out);
    }

    /**
     * Writes a safetensors file, under the tensors' names or, without names, as {@code 0} to {@code n-1}. Equal
     * parameters give equal bytes.
     *
     * @param out the target; not closed
     * @throws ModelException if the target fails
     */
    public void writeSafetensors(OutputStream out) {
        ModelFiles.write(Safetensors.write(toArrays(names())), out);
    }

    /** Lays out the archive that the reference's numpyhelper reads, which goes by numbers. */
    Bytes toNumberedNpz() {
        return Npz.write(toArrays(numbers(size())));
    }

    private List<NamedArray> toArrays(List<String> arrayNames) {
        List<NamedArray> arrays = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            arrays.add(tensors.get(i).toArray(arrayNames.get(i)));
        }
        return arrays;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /**
     * Gives the number of tensors.
     *
     * @return the number
     */
    public int size() {
        return tensors.size();
    }

    /**
     * Gives a tensor by its position.
     *
     * @param position from 0
     * @return the tensor
     * @throws ModelException if there is no such position
     */
    public Tensor get(int position) {
        if (position < 0 || position >= size()) {
            throw new ModelException(
                    ErrorCode.NOT_FOUND,
                    "not_found",
                    "There is no tensor " + position + "; the parameters have " + size());
        }
        return tensors.get(position);
    }

    /**
     * Gives a tensor by its name.
     *
     * @param name the name, or the position as text if the parameters have no names
     * @return the tensor
     * @throws ModelException if there is no such name
     */
    public Tensor get(String name) {
        Integer position = positions.get(name);
        if (position == null) {
            throw new ModelException(
                    ErrorCode.NOT_FOUND, "not_found", "There is no tensor '" + name + "'; there are " + names());
        }
        return tensors.get(position);
    }

    /**
     * Tells whether the tensors have names of their own.
     *
     * @return false if they are known by position only
     */
    public boolean isNamed() {
        return names != null;
    }

    /**
     * Gives the names in order.
     *
     * @return the names, or {@code "0"} to {@code "n-1"} if there are none
     */
    public List<String> names() {
        return names != null ? names : numbers(size());
    }

    /**
     * Gives the same tensors under names.
     *
     * @param newNames as many names as there are tensors, each different
     * @return the named parameters
     */
    public ModelParameters withNames(List<String> newNames) {
        if (newNames.size() != size()) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bad_tensor",
                    "There are " + size() + " tensors, but " + newNames.size() + " names");
        }
        return new ModelParameters(tensors, newNames);
    }

    /**
     * Gives the tensors in order.
     *
     * @return the tensors, unmodifiable
     */
    public List<Tensor> tensors() {
        return tensors;
    }

    /**
     * Streams the tensors in order.
     *
     * @return the tensors
     */
    public Stream<Tensor> stream() {
        return tensors.stream();
    }

    @Override
    public Iterator<Tensor> iterator() {
        return tensors.iterator();
    }

    /** Tells whether the other are parameters of the same names with equal tensors. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelParameters parameters
                && names().equals(parameters.names())
                && tensors.equals(parameters.tensors);
    }

    @Override
    public int hashCode() {
        return 31 * names().hashCode() + tensors.hashCode();
    }

    /** Gives the tensors' types and shapes. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? "" : ", ").append(names().get(i)).append(": ").append(tensors.get(i));
        }
        return text.append("}").toString();
    }
}
