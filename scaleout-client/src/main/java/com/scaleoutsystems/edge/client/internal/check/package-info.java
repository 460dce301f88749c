/** Small helpers without state that every room may use: checks of arguments, host names, JSON texts, texts of servers. Not part of the public API. */
@NullMarked
package com.scaleoutsystems.edge.client.internal.check;

import org.jspecify.annotations.NullMarked;
