/** The comparisons, one class each. */
@NullMarked
package com.scaleoutsystems.edge.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
