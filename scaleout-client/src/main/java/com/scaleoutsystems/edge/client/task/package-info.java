/** Tasks and callbacks: what a callback receives, what it returns, and how the client runs tasks. */
@NullMarked
package com.scaleoutsystems.edge.client.task;

import org.jspecify.annotations.NullMarked;
