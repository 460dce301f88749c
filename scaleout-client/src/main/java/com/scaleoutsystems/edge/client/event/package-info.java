/** Events for the program: states, health, link quality, progress, and the listener that receives them. */
@NullMarked
package com.scaleoutsystems.edge.client.event;

import org.jspecify.annotations.NullMarked;
