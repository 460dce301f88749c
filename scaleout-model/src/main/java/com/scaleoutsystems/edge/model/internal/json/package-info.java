/** Metadata as JSON. Not part of the API. */
@NullMarked
package com.scaleoutsystems.edge.model.internal.json;

import org.jspecify.annotations.NullMarked;
