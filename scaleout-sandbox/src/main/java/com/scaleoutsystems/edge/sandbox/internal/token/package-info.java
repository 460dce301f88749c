/** Credentials: issued, checked, refreshed. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.token;

import org.jspecify.annotations.NullMarked;
