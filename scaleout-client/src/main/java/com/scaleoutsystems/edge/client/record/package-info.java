/** Records: how to log them, their receipts and outcomes, and priority classes. */
@NullMarked
package com.scaleoutsystems.edge.client.record;

import org.jspecify.annotations.NullMarked;
