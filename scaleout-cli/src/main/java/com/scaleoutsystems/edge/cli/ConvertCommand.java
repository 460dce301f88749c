package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the parameters of a model in another format. */
@Command(
        name = "convert",
        description = {
            "Writes the parameters of a model in the format that the extension of OUT names:",
            ".scm a container, .npz an archive of NumPy arrays, .safetensors. FILE may be any of the three.",
            "A container from a container keeps its id, metadata and files; from another format it gets a new id."
        })
final class ConvertCommand extends BaseCommand {

    private static final String CONTAINER = ".scm";
    private static final String NPZ = ".npz";
    private static final String SAFETENSORS = ".safetensors";

    @Parameters(
            paramLabel = "FILE",
            description = "The model; the command recognises safetensors by the file name, other formats by content.")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "The file to write: OUT.scm, OUT.npz or OUT.safetensors.")
    private @Nullable Path output;

    ConvertCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        Path source = given(file);
        Path target = given(output);
        switch (ending(target)) {
            case CONTAINER -> toContainer(source, target);
            case NPZ -> write(source, target, ModelParameters::writeNpz);
            case SAFETENSORS -> write(source, target, ModelParameters::writeSafetensors);
            default ->
                throw wrongUsage(
                        "the output is '" + target + "'; expected a name that ends in .scm, .npz or .safetensors");
        }
        console.line(target.toString());
    }

    private static String ending(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.substring(Math.max(0, name.lastIndexOf('.')));
    }

    private static void toContainer(Path source, Path target) {
        try (ScaleoutModel model = open(source)) {
            if (model.isContainer()) {
                model.saveTo(target);
                return;
            }
            try (ScaleoutModel container = ScaleoutModel.fromModelParameters(model.modelParameters())) {
                container.saveTo(target);
            }
        }
    }

    private static ScaleoutModel open(Path source) {
        return ending(source).equals(SAFETENSORS)
                ? ScaleoutModel.fromModelParameters(ModelParameters.readSafetensors(source))
                : ScaleoutModel.fromFile(source);
    }

    private static void write(Path source, Path target, BiConsumer<ModelParameters, OutputStream> format) {
        Path aside = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try (ScaleoutModel model = open(source)) {
            try (OutputStream out = Files.newOutputStream(aside)) {
                format.accept(model.modelParameters(), out);
            }
            // The source may be the target, whose parameters are views of the file until here.
            Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Failures.file("cannot write", target, e);
        } finally {
            aside.toFile().delete();
        }
    }
}
