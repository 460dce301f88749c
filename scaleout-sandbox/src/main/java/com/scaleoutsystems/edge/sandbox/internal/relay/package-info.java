/** The network between clients and servers: a relay that breaks connections. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.relay;

import org.jspecify.annotations.NullMarked;
