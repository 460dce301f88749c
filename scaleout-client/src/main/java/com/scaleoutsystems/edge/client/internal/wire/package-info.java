/** The dialects, and the calls to a combiner in each of them. Only this package knows the messages. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.wire;

import org.jspecify.annotations.NullMarked;
