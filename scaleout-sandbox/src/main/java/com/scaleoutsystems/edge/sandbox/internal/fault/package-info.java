/** Decides which calls and connections suffer from which faults, and keeps the story. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.fault;

import org.jspecify.annotations.NullMarked;
