package com.scaleoutsystems.edge.cli;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.time.Duration;
import java.util.Map;

/** Callbacks that need no code of the user's: something that comes first, and then the answers. */
final class BuiltIn {

    private static final String KNOWN = "add-one, noop, sleep=MS, stubborn=MS, fail, fail-error and null";
    private static final int NUM_EXAMPLES = 10;
    private static final int BLOCK = 1 << 16;
    private static final long ABORT_CHECK_NANOS = Duration.ofMillis(10).toNanos();

    private final Step first;
    private final Answers answers;

    private BuiltIn(Step first, Answers answers) {
        this.first = first;
        this.answers = answers;
    }

    /** What comes first. */
    private interface Step {

        Step NONE = task -> {};

        void run(TaskContext task) throws InterruptedException;
    }

    /** What tasks are answered with. */
    private interface Answers {

        TrainResult train(ScaleoutModel model);

        /** What is said of a model in validation, prediction and inference. */
        Map<String, Object> judge(ScaleoutModel model);

        default Object custom(Map<String, Object> parameters) {
            return parameters;
        }
    }

    /** Adds 1 to every floating-point parameter; validates, predicts and infers the mean of all parameters. */
    private static final class AddOne implements Answers {

        @Override
        public TrainResult train(ScaleoutModel model) {
            ModelParameters parameters = model.modelParameters();
            ModelParameters trained =
                    ModelParameters.of(parameters.stream().map(BuiltIn::addOne).toList());
            return TrainResult.of(
                    model.toBuilder()
                            .trainingModel(parameters.isNamed() ? trained.withNames(parameters.names()) : trained)
                            .build(),
                    NUM_EXAMPLES);
        }

        @Override
        public Map<String, Object> judge(ScaleoutModel model) {
            return Map.of("mean", mean(model.modelParameters()));
        }
    }

    /** Gives the model back as it came, and has nothing to say of it. */
    private static final class AsItCame implements Answers {

        @Override
        public TrainResult train(ScaleoutModel model) {
            return TrainResult.of(model.share(), NUM_EXAMPLES);
        }

        @Override
        public Map<String, Object> judge(ScaleoutModel model) {
            return Map.of();
        }
    }

    /** Returns nothing, as a callback should not. */
    @SuppressWarnings("NullAway")
    private static final class Nothing implements Answers {

        @Override
        public TrainResult train(ScaleoutModel model) {
            return null;
        }

        @Override
        public Map<String, Object> judge(ScaleoutModel model) {
            return null;
        }

        @Override
        public Object custom(Map<String, Object> parameters) {
            return null;
        }
    }

    /**
     * The built-in of a name.
     *
     * @throws IllegalArgumentException if there is none of that name; says which there are
     */
    static BuiltIn of(String name) {
        int sign = name.indexOf('=');
        if (sign >= 0) {
            Duration time = millis(name, name.substring(sign + 1));
            return switch (name.substring(0, sign)) {
                case "sleep" -> new BuiltIn(task -> sleep(time, task), new AsItCame());
                case "stubborn" -> new BuiltIn(task -> sleepWhateverHappens(time), new AsItCame());
                default -> throw unknown(name);
            };
        }
        return switch (name) {
            case "add-one" -> new BuiltIn(Step.NONE, new AddOne());
            case "noop" -> new BuiltIn(Step.NONE, new AsItCame());
            case "null" -> new BuiltIn(Step.NONE, new Nothing());
            case "fail" ->
                new BuiltIn(
                        task -> {
                            throw new IllegalStateException("failed as it was told to");
                        },
                        new AsItCame());
            case "fail-error" ->
                new BuiltIn(
                        task -> {
                            throw new AssertionError("failed as it was told to");
                        },
                        new AsItCame());
            default -> throw unknown(name);
        };
    }

    /** Answers a client's tasks. */
    void serve(EdgeClientBuilder client) {
        client.onTrain(this::train)
                .onValidate(this::judge)
                .onPredict(this::judge)
                .onInference(this::judge)
                .onOtherCustom((parameters, task) -> {
                    first.run(task);
                    return answers.custom(parameters);
                });
    }

    TrainResult train(ScaleoutModel model, TaskContext task) throws InterruptedException {
        first.run(task);
        return answers.train(model);
    }

    private Map<String, Object> judge(ScaleoutModel model, TaskContext task) throws InterruptedException {
        first.run(task);
        return answers.judge(model);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("--builtin is '" + name + "'; known are " + KNOWN);
    }

    private static Duration millis(String name, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "--builtin is '" + name + "'; expected milliseconds behind the sign, such as 500");
        }
        return Duration.ofMillis(Long.parseLong(text));
    }

    private static void sleep(Duration time, TaskContext task) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        task.checkAbort();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            NANOSECONDS.sleep(Math.min(left, ABORT_CHECK_NANOS));
            task.checkAbort();
        }
    }

    private static void sleepWhateverHappens(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                NANOSECONDS.sleep(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Tensor addOne(Tensor tensor) {
        return tensor.dataType().isFloatingPoint() ? tensor.map(value -> value + 1) : tensor;
    }

    /** The mean of all elements of all tensors; 0 if there are none. */
    static double mean(ModelParameters parameters) {
        double sum = 0;
        long count = 0;
        for (Tensor tensor : parameters) {
            for (long from = 0; from < tensor.elementCount(); from += BLOCK) {
                int size = (int) Math.min(BLOCK, tensor.elementCount() - from);
                for (double value : Tensor.of(tensor.dataType(), tensor.toBuffer(from, size))
                        .toDoubles()) {
                    sum += value;
                }
            }
            count += tensor.elementCount();
        }
        return count == 0 ? 0 : sum / count;
    }
}
