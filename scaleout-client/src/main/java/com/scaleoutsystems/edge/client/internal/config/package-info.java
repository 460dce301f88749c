/** Settings from outside of the program: files and environment variables. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.config;

import org.jspecify.annotations.NullMarked;
