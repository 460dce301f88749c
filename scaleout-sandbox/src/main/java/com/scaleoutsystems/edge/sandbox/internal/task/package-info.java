/** The clients that are there and the tasks that they have. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.task;

import org.jspecify.annotations.NullMarked;
