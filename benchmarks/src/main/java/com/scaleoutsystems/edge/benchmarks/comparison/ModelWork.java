package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Figure.Amount;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.TestModels;
import com.scaleoutsystems.edge.benchmarks.worker.ChangeId;
import com.scaleoutsystems.edge.benchmarks.worker.ReadContainer;
import com.scaleoutsystems.edge.benchmarks.worker.WriteContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Work on one model without any network. Both sides get the same arrays, and the same file except in {@link #readOwn}. */
public final class ModelWork implements Comparison {
    /** Arrays of 256 MiB have to fit, and those of the warm-up. */
    private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g");

    private final String key;
    private final Figure figure;
    private final Class<?> program;
    private final String script;
    private final Input input;
    private final Input pythonInput;
    private final Settings settings;

    private interface Input {
        Path file(TestModels models, int mebibytes) throws IOException;
    }

    private ModelWork(
            String key, String name, double target, Class<?> program, String script, Input input, Settings settings) {
        this.key = key;
        this.figure = Figure.seconds(name.formatted(settings.modelSize()), Target.ratio(target))
                .withAmount(Amount.ofMebibytes(settings.modelSize()));
        this.program = program;
        this.script = script;
        this.input = input;
        this.pythonInput = input;
        this.settings = settings;
    }

    private ModelWork(ModelWork other, Input pythonInput) {
        this.key = other.key;
        this.figure = other.figure;
        this.program = other.program;
        this.script = other.script;
        this.input = other.input;
        this.pythonInput = pythonInput;
        this.settings = other.settings;
    }

    /** A new id for a model that this SDK wrote, ready to be sent: with its digest. */
    public static Comparison changeIdOfOwn(Settings settings) {
        return new ModelWork(
                "id-change-java",
                "id change with digest, %d MiB that Java wrote",
                50,
                ChangeId.class,
                "change_id.py",
                TestModels::javaContainer,
                settings);
    }

    /** The same for a model that the reference wrote. */
    public static Comparison changeIdOfReference(Settings settings) {
        return new ModelWork(
                "id-change-reference",
                "id change with digest, %d MiB that the reference wrote",
                20,
                ChangeId.class,
                "change_id.py",
                TestModels::referenceContainer,
                settings);
    }

    /** Arrays become a container with its digest. */
    public static Comparison write(Settings settings) {
        return new ModelWork(
                "write",
                "parameters to container with digest, %d MiB",
                20,
                WriteContainer.class,
                "write_container.py",
                TestModels::numbers,
                settings);
    }

    /**
     * The container that each side writes of the same arrays becomes arrays again: opened, checked, every element copied. Beside it the
     * reference reads the container of this SDK.
     */
    public static Comparison readOwn(Settings settings) {
        ModelWork sameFile = new ModelWork(
                "read-java",
                "own container to parameters, %d MiB",
                20,
                ReadContainer.class,
                "read_container.py",
                TestModels::javaContainer,
                settings);
        return new ModelWork(sameFile, TestModels::referenceContainer);
    }

    /** The same for a container that the reference wrote. */
    public static Comparison readReference(Settings settings) {
        return new ModelWork(
                "read-reference",
                "container to parameters, %d MiB that the reference wrote",
                2,
                ReadContainer.class,
                "read_container.py",
                TestModels::referenceContainer,
                settings);
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
        return Side.java(bench -> bench.measure(figures(), program, JVM, arguments(bench, WarmUp.JAVA, input)));
    }

    @Override
    public Side python() {
        return Side.python(python(pythonInput));
    }

    private Side.Procedure python(Input file) {
        return bench -> bench.measure(figures(), script, arguments(bench, WarmUp.PYTHON, file));
    }

    @Override
    public List<Side> beside() {
        Side cold = new Side(
                "Java, cold", bench -> bench.measure(figures(), program, JVM, arguments(bench, WarmUp.NONE, input)));
        return pythonInput == input ? List.of(cold) : List.of(cold, new Side("Python, same file", python(input)));
    }

    private Map<String, Object> arguments(Bench bench, WarmUp warmUp, Input file) throws IOException {
        Map<String, Object> arguments = new HashMap<>(warmUp.arguments(settings));
        arguments.put("warmInput", file.file(bench.models(), settings.warmSize()));
        arguments.put("input", file.file(bench.models(), settings.modelSize()));
        return arguments;
    }
}
