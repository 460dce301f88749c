/** Calls to a combiner in the SDK's own terms, and the feeds that use them. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.transport;

import org.jspecify.annotations.NullMarked;
