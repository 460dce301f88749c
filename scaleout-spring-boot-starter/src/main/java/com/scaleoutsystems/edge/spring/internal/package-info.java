/** What Spring Boot finds: the client, its lifecycle, health and meters. Not for use. */
@NullMarked
package com.scaleoutsystems.edge.spring.internal;

import org.jspecify.annotations.NullMarked;
