/** Five clients learn to read handwritten digits together, though each of them holds two digits only. */
@NullMarked
package com.scaleoutsystems.edge.examples.digits;

import org.jspecify.annotations.NullMarked;
