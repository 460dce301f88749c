/** Who a client is and where it belongs: its settings, its login, the tokens that it keeps, its assignment. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.join;

import org.jspecify.annotations.NullMarked;
