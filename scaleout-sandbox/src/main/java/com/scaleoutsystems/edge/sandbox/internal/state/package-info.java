/** What the servers and the sessions of one sandbox share. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.state;

import org.jspecify.annotations.NullMarked;
