/** Programs to start from. */
@NullMarked
package com.scaleoutsystems.edge.examples;

import org.jspecify.annotations.NullMarked;
