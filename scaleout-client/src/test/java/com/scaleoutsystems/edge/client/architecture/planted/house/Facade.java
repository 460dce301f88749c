package com.scaleoutsystems.edge.client.architecture.planted.house;

/** A facade that a class of the internals names. */
public final class Facade {}
