/** Immutable byte sequences over heap arrays and mapped files, and the temporary files behind them. Not part of the API. */
@NullMarked
package com.scaleoutsystems.edge.model.internal.bytes;

import org.jspecify.annotations.NullMarked;
