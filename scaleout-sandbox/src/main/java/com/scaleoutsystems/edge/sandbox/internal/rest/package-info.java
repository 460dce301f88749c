/** The REST API. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.internal.rest;

import org.jspecify.annotations.NullMarked;
