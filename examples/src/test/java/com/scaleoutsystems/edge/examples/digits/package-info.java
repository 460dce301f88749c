@NullMarked
package com.scaleoutsystems.edge.examples.digits;

import org.jspecify.annotations.NullMarked;
