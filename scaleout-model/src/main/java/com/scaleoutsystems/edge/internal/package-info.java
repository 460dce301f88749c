/** Helpers that the modules of this SDK share. */
@NullMarked
package com.scaleoutsystems.edge.internal;

import org.jspecify.annotations.NullMarked;
