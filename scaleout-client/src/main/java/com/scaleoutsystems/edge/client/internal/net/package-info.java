/** Connections for REST and gRPC, built from one network profile. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.net;

import org.jspecify.annotations.NullMarked;
