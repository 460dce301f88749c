/** The Java sides' programs, each started as a process of its own. */
@NullMarked
package com.scaleoutsystems.edge.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
