/** From a logged record to its receipt: the outbox, heartbeats. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.report;

import org.jspecify.annotations.NullMarked;
