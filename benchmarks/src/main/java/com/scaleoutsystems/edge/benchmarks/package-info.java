/** Side-by-side comparisons of this SDK with the Python client: what is run, how often, and what is told of it. */
@NullMarked
package com.scaleoutsystems.edge.benchmarks;

import org.jspecify.annotations.NullMarked;
