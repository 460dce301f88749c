/** A certificate authority, and the certificates that it signs. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.tls;

import org.jspecify.annotations.NullMarked;
