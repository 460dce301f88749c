/** A client in an application of Spring Boot. */
@NullMarked
package com.scaleoutsystems.edge.spring;

import org.jspecify.annotations.NullMarked;
