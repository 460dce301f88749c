/** Faults of a network and its operators, which a sandbox makes on demand. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.fault;

import org.jspecify.annotations.NullMarked;
