@NullMarked
package com.scaleoutsystems.edge.examples;

import org.jspecify.annotations.NullMarked;
