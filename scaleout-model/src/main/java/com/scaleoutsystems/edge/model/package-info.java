/**
 * Models as they travel through a Scaleout Edge network: containers, raw payloads, and the typed tensors inside them.
 *
 * <p>Start at {@link com.scaleoutsystems.edge.model.ScaleoutModel}.
 */
@NullMarked
package com.scaleoutsystems.edge.model;

import org.jspecify.annotations.NullMarked;
