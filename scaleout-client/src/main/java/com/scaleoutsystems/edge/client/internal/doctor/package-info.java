/** Checks of a network, step by step. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.doctor;

import org.jspecify.annotations.NullMarked;
