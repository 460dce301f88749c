package com.scaleoutsystems.edge.examples.digits;

/**
 * A network of 64 inputs, 32 hidden units (ReLU) and 10 outputs (softmax), in plain Java.
 *
 * <p>Uses {@link StrictMath}, so that the same weights and images give the same numbers on every machine. Not for more than one
 * thread at a time.
 */
final class Network {

    private final Weights weights;
    private final float[] hidden = new float[Weights.HIDDEN];
    private final float[] outputs = new float[Weights.OUTPUTS];

    Network(Weights weights) {
        this.weights = weights;
    }

    /**
     * How well a network does.
     *
     * @param accuracy the part of the images that it reads right, 0 to 1
     * @param loss mean cross-entropy; 0 is best, 2.3 is guessing
     */
    record Evaluation(double accuracy, double loss) {}

    Evaluation evaluate(Examples examples) {
        int right = 0;
        double loss = 0;
        for (Image image : examples.images()) {
            forward(image);
            right += largest(outputs) == image.digit() ? 1 : 0;
            loss += loss(image.digit());
        }
        return new Evaluation((double) right / examples.size(), loss / examples.size());
    }

    /** How the mean loss over the examples changes with each weight. */
    Weights gradient(Examples examples) {
        Weights gradient = Weights.zeros();
        for (Image image : examples.images()) {
            forward(image);
            backward(image, gradient);
        }
        gradient.scale(1f / examples.size());
        return gradient;
    }

    /** Fills {@link #hidden}, and {@link #outputs} with the probability of each digit. */
    private void forward(Image image) {
        System.arraycopy(weights.b1, 0, hidden, 0, Weights.HIDDEN);
        for (int i = 0; i < Weights.INPUTS; i++) {
            float input = image.input(i);
            for (int j = 0; j < Weights.HIDDEN; j++) {
                hidden[j] += input * weights.w1[i * Weights.HIDDEN + j];
            }
        }
        System.arraycopy(weights.b2, 0, outputs, 0, Weights.OUTPUTS);
        for (int j = 0; j < Weights.HIDDEN; j++) {
            hidden[j] = Math.max(0, hidden[j]);
            for (int k = 0; k < Weights.OUTPUTS; k++) {
                outputs[k] += hidden[j] * weights.w2[j * Weights.OUTPUTS + k];
            }
        }
        softmax(outputs);
    }

    private void backward(Image image, Weights gradient) {
        float[] outputError = outputs.clone();
        outputError[image.digit()] -= 1;
        float[] hiddenError = new float[Weights.HIDDEN];
        for (int k = 0; k < Weights.OUTPUTS; k++) {
            gradient.b2[k] += outputError[k];
        }
        for (int j = 0; j < Weights.HIDDEN; j++) {
            if (hidden[j] == 0) {
                continue;
            }
            for (int k = 0; k < Weights.OUTPUTS; k++) {
                gradient.w2[j * Weights.OUTPUTS + k] += hidden[j] * outputError[k];
                hiddenError[j] += weights.w2[j * Weights.OUTPUTS + k] * outputError[k];
            }
            gradient.b1[j] += hiddenError[j];
        }
        for (int i = 0; i < Weights.INPUTS; i++) {
            float input = image.input(i);
            for (int j = 0; j < Weights.HIDDEN; j++) {
                gradient.w1[i * Weights.HIDDEN + j] += input * hiddenError[j];
            }
        }
    }

    private double loss(int digit) {
        return -StrictMath.log(Math.max(outputs[digit], Float.MIN_NORMAL));
    }

    private static void softmax(float[] values) {
        float max = values[largest(values)];
        float sum = 0;
        for (int k = 0; k < values.length; k++) {
            values[k] = (float) StrictMath.exp(values[k] - max);
            sum += values[k];
        }
        for (int k = 0; k < values.length; k++) {
            values[k] /= sum;
        }
    }

    private static int largest(float[] values) {
        int largest = 0;
        for (int k = 1; k < values.length; k++) {
            if (values[k] > values[largest]) {
                largest = k;
            }
        }
        return largest;
    }
}
