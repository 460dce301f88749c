/** Traces and metrics of OpenTelemetry for clients. */
@NullMarked
package com.scaleoutsystems.edge.opentelemetry;

import org.jspecify.annotations.NullMarked;
