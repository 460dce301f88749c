/** What Spring Boot finds: the client, its lifecycle, health, meters and traces. Not for use. */
@NullMarked
package com.scaleoutsystems.edge.spring.internal;

import org.jspecify.annotations.NullMarked;
