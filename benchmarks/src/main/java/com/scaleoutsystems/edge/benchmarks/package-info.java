/** Side-by-side comparisons of this SDK with the Python client: what runs, how often, and what the report says. */
@NullMarked
package com.scaleoutsystems.edge.benchmarks;

import org.jspecify.annotations.NullMarked;
