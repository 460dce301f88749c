package com.scaleoutsystems.edge.client.architecture.planted.circle;

/** One of three classes in a circle. */
record Third(First next) {}
