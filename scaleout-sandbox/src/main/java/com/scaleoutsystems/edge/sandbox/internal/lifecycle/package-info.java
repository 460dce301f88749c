/** Builds the servers, starts and stops them. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
