/** What a client tells its host: states, health, the quality of the link, progress, and the listener that hears of them. */
@NullMarked
package com.scaleoutsystems.edge.client.event;

import org.jspecify.annotations.NullMarked;
