/** Helpers of all rooms: waiting, ids, JSON. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.core;

import org.jspecify.annotations.NullMarked;
