/** Meters of Micrometer for clients. */
@NullMarked
package com.scaleoutsystems.edge.micrometer;

import org.jspecify.annotations.NullMarked;
