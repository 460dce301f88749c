/** The endpoint through which programs change the faults. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.control;

import org.jspecify.annotations.NullMarked;
