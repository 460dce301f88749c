/** Calls to a combiner in the SDK's own terms, one implementation per protocol generation. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.transport;

import org.jspecify.annotations.NullMarked;
