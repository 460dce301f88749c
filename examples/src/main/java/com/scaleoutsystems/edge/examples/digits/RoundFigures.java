package com.scaleoutsystems.edge.examples.digits;

/**
 * What came out of one round.
 *
 * @param round from 1
 * @param accuracy of the averaged model on the held-out images, 0 to 1
 * @param loss of the averaged model on the held-out images
 * @param seconds how long the round took
 * @param bytes of models that the clients downloaded and uploaded
 */
record RoundFigures(int round, double accuracy, double loss, double seconds, long bytes) {}
