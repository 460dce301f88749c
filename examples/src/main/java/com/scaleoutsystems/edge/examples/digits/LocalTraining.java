package com.scaleoutsystems.edge.examples.digits;

/**
 * What one client does in one round.
 *
 * <p>A client that holds two digits soon unlearns the other eight, so it takes only a few steps, each along the gradient over all
 * its images. Momentum lets the first of these gradients, taken where all clients still stand at the same weights, count the
 * most: the average of the clients' steps then comes close to a step that one client with all the data would take. The steps get
 * shorter from round to round, so that the average settles.
 */
final class LocalTraining {

    private static final int STEPS = 8;
    private static final double LEARNING_RATE = 0.2;
    private static final double LEARNING_RATE_DECAY = 0.93;
    private static final float MOMENTUM = 0.8f;

    private LocalTraining() {}

    /**
     * Trains from the weights given, which stay as they are.
     *
     * @param round the round, from 1
     * @param beforeStep called before each step; what it throws ends the training
     */
    static Weights train(Weights start, Examples examples, int round, Runnable beforeStep) {
        float learningRate = (float) (LEARNING_RATE * StrictMath.pow(LEARNING_RATE_DECAY, round - 1));
        Weights weights = start.copy();
        Network network = new Network(weights);
        Weights velocity = Weights.zeros();
        for (int step = 0; step < STEPS; step++) {
            beforeStep.run();
            velocity.scale(MOMENTUM);
            velocity.add(1, network.gradient(examples));
            weights.add(-learningRate, velocity);
        }
        return weights;
    }
}
