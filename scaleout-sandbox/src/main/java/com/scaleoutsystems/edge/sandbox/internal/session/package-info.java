/** Sessions: rounds of training, averaging and validation. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.session;

import org.jspecify.annotations.NullMarked;
