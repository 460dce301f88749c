/** What a client logs and what becomes of it: receipts, outcomes and priority classes. */
@NullMarked
package com.scaleoutsystems.edge.client.record;

import org.jspecify.annotations.NullMarked;
