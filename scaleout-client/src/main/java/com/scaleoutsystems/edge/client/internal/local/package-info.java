/** A client without a server, which {@code scaleout-testing} runs callbacks with. Not for programs. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.local;

import org.jspecify.annotations.NullMarked;
