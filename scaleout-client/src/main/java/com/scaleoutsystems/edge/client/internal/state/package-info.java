/** Rows and model files that outlive a step: on disk when the client has a state directory, in memory otherwise. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.state;

import org.jspecify.annotations.NullMarked;
