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

/** Work on one model without any network. Both sides get the same file. */
public final class ModelWork implements Comparison {
    /** Arrays of 256 MiB have to fit, and those of the warm-up. */
    private static final List<String> JVM = List.of("-Xmx1g");

    private final String key;
    private final Figure figure;
    private final Class<?> program;
    private final String script;
    private final Input input;
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
        this.settings = settings;
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

    /** A container that this SDK wrote becomes arrays: opened, checked, every element copied. */
    public static Comparison readOwn(Settings settings) {
        return new ModelWork(
                "read-java",
                "container to parameters, %d MiB that Java wrote",
                20,
                ReadContainer.class,
                "read_container.py",
                TestModels::javaContainer,
                settings);
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
        return Side.java(bench -> bench.measure(figures(), program, JVM, arguments(bench, WarmUp.JAVA)));
    }

    @Override
    public Side python() {
        return Side.python(bench -> bench.measure(figures(), script, arguments(bench, WarmUp.PYTHON)));
    }

    @Override
    public List<Side> beside() {
        return List.of(new Side(
                "Java, cold", bench -> bench.measure(figures(), program, JVM, arguments(bench, WarmUp.NONE))));
    }

    private Map<String, Object> arguments(Bench bench, WarmUp warmUp) throws IOException {
        Map<String, Object> arguments = new HashMap<>(warmUp.arguments(settings));
        arguments.put("warmInput", input.file(bench.models(), settings.warmSize()));
        arguments.put("input", input.file(bench.models(), settings.modelSize()));
        return arguments;
    }
}
