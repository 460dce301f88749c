/** A strict reader and a deterministic writer of ZIP archives. Not part of the API. */
@NullMarked
package com.scaleoutsystems.edge.model.internal.zip;

import org.jspecify.annotations.NullMarked;
