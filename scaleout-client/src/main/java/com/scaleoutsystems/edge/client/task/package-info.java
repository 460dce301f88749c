/** Tasks and the callbacks that do them: what a callback gets, what it gives back, and how tasks are run. */
@NullMarked
package com.scaleoutsystems.edge.client.task;

import org.jspecify.annotations.NullMarked;
