/** The calls to a combiner on the wire: gRPC and the messages, and nobody else knows them. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.wire;

import org.jspecify.annotations.NullMarked;
