package com.scaleoutsystems.edge.client.architecture.planted.left;

import com.scaleoutsystems.edge.client.architecture.planted.right.Right;

/** One half of a circle of two packages. */
public record Left(Right right) {}
