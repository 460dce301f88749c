/** Sessions and single tasks for clients, and their results. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.session;

import org.jspecify.annotations.NullMarked;
