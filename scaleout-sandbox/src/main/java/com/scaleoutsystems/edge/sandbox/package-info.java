/**
 * An embeddable Scaleout Edge server for development and tests: REST API, combiner, model service and a session runner.
 *
 * <p>Start at {@link com.scaleoutsystems.edge.sandbox.Sandbox}.
 */
@NullMarked
package com.scaleoutsystems.edge.sandbox;

import org.jspecify.annotations.NullMarked;
