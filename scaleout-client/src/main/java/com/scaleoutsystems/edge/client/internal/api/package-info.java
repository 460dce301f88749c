/** The REST side: assignment, enrollment, tokens. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.api;

import org.jspecify.annotations.NullMarked;
