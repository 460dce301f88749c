/** From a task request to its last report: ledger, lanes, abort, handlers. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.task;

import org.jspecify.annotations.NullMarked;
