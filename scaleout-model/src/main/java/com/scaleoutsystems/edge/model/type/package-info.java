/** The types of a tensor's elements. */
@NullMarked
package com.scaleoutsystems.edge.model.type;

import org.jspecify.annotations.NullMarked;
