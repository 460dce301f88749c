package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Figure.Amount;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.TestModels;
import com.scaleoutsystems.edge.benchmarks.TransferServer;
import com.scaleoutsystems.edge.benchmarks.worker.Download;
import com.scaleoutsystems.edge.benchmarks.worker.ReadContainer;
import com.scaleoutsystems.edge.benchmarks.worker.Upload;
import com.scaleoutsystems.edge.benchmarks.worker.WriteContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Work in a process that has reached a combiner and done none of it, as users meet it: Java has the options and the class-data archive of
 * the start script, and neither side has warmed up.
 */
public final class FirstUse implements Comparison {
    private final String key;
    private final Figure figure;
    private final Class<?> program;
    private final String script;
    private final Input javaInput;
    private final Input pythonInput;
    private final Settings settings;

    /** The arguments for one run. */
    private interface Input {
        Map<String, Object> arguments(Bench bench) throws IOException;
    }

    private interface ModelFile {
        Path file(TestModels models) throws IOException;
    }

    private FirstUse(
            String key,
            Figure figure,
            Class<?> program,
            String script,
            Input javaInput,
            Input pythonInput,
            Settings settings) {
        this.key = key;
        this.figure = figure;
        this.program = program;
        this.script = script;
        this.javaInput = javaInput;
        this.pythonInput = pythonInput;
        this.settings = settings;
    }

    /** The first download. */
    public static Comparison download(int mebibytes, Settings settings) {
        return download("first", 0, mebibytes, settings);
    }

    /** The third download of the process. */
    public static Comparison thirdDownload(int mebibytes, Settings settings) {
        return download("third", 2, mebibytes, settings);
    }

    private static Comparison download(String which, int before, int mebibytes, Settings settings) {
        Input input = bench -> {
            TransferServer server = bench.transferServer();
            Map<String, Object> arguments = new HashMap<>(server.address());
            arguments.put("input", server.model(mebibytes));
            arguments.put("before", before);
            return arguments;
        };
        return new FirstUse(
                which + "-download-" + mebibytes,
                figure(which + " download of a process, %d MiB", mebibytes),
                Download.class,
                "download.py",
                input,
                input,
                settings);
    }

    /** The first upload. */
    public static Comparison upload(int mebibytes, Settings settings) {
        Input input = bench -> {
            Map<String, Object> arguments = new HashMap<>(bench.transferServer().bareAddress());
            arguments.put("input", bench.models().javaContainer(mebibytes));
            return arguments;
        };
        return new FirstUse(
                "first-upload-" + mebibytes,
                figure("first upload of a process, %d MiB", mebibytes),
                Upload.class,
                "upload.py",
                input,
                input,
                settings);
    }

    /** The first container that a process writes. */
    public static Comparison write(Settings settings) {
        int size = settings.modelSize();
        Input input = onFile(models -> models.numbers(size));
        return new FirstUse(
                "first-write",
                figure("first container that a process writes, %d MiB", size),
                WriteContainer.class,
                "write_container.py",
                input,
                input,
                settings);
    }

    /** The first container that a process reads; each side reads one that it wrote. */
    public static Comparison readOwn(Settings settings) {
        int size = settings.modelSize();
        return new FirstUse(
                "first-read-own",
                figure("first container that a process reads, %d MiB, its own", size),
                ReadContainer.class,
                "read_container.py",
                onFile(models -> models.javaContainer(size)),
                onFile(models -> models.referenceContainer(size)),
                settings);
    }

    /** The same with a container that the reference wrote. */
    public static Comparison readReference(Settings settings) {
        int size = settings.modelSize();
        Input input = onFile(models -> models.referenceContainer(size));
        return new FirstUse(
                "first-read-reference",
                figure("first container that a process reads, %d MiB that the reference wrote", size),
                ReadContainer.class,
                "read_container.py",
                input,
                input,
                settings);
    }

    private static Input onFile(ModelFile model) {
        return bench -> new HashMap<>(Map.of("input", model.file(bench.models())));
    }

    private static Figure figure(String name, int mebibytes) {
        return Figure.seconds(name.formatted(mebibytes)).withAmount(Amount.ofMebibytes(mebibytes));
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public List<Figure> figures() {
        return List.of(figure);
    }

    @Override
    public Side java() {
        return Side.java(bench -> bench.measureAsStarted(figures(), program, arguments(bench, javaInput)));
    }

    @Override
    public Side python() {
        return Side.python(bench -> bench.measure(figures(), script, arguments(bench, pythonInput)));
    }

    private Map<String, Object> arguments(Bench bench, Input input) throws IOException {
        Map<String, Object> arguments = input.arguments(bench);
        arguments.putAll(WarmUp.NONE.arguments(settings));
        return arguments;
    }
}
