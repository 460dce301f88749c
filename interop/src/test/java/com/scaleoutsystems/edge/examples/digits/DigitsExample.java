package com.scaleoutsystems.edge.examples.digits;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;

/** Opens the digits example to the tests of this module: it is a program, not a library, so next to nothing of it is public. */
public final class DigitsExample {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private DigitsExample() {}

    /** The model that the example starts from. */
    public static ScaleoutModel seedModel() {
        return ScaleoutModel.fromModelParameters(
                Weights.random(Digits.DEFAULT_SEED).toParameters());
    }

    /** One of the example's clients, from 1, not started. */
    public static EdgeClient client(URI api, int number, int clients) {
        return DigitsClient.build(api, number, data().ofClient(number - 1, clients), POLL_INTERVAL);
    }

    /** How many images that client holds. */
    public static int examples(int number, int clients) {
        return data().ofClient(number - 1, clients).size();
    }

    /** The part of the images that nobody has trained on and that a model reads right, 0 to 1. */
    public static double accuracy(ScaleoutModel model) {
        return new Network(Weights.of(model.modelParameters()))
                .evaluate(data().heldOut())
                .accuracy();
    }

    private static DigitsData data() {
        try {
            return DigitsData.bundled();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
