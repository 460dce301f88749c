/** Builds the parts, starts them, drains and closes them. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
