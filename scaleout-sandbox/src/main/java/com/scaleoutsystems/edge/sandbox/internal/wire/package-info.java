/** The combiner and the model service: all that knows gRPC and the messages. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.wire;

import org.jspecify.annotations.NullMarked;
