/** All that is not deterministic, behind one door: {@link com.scaleoutsystems.edge.client.internal.core.Env}. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.core;

import org.jspecify.annotations.NullMarked;
