/** Keeps what clients sent. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.record;

import org.jspecify.annotations.NullMarked;
