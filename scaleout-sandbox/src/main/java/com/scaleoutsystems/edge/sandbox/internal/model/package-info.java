/** The models that a sandbox holds. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.model;

import org.jspecify.annotations.NullMarked;
