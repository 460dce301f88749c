/** Python with the reference client: for the interop tests and for benchmarks. */
@NullMarked
package com.scaleoutsystems.edge.interop;

import org.jspecify.annotations.NullMarked;
