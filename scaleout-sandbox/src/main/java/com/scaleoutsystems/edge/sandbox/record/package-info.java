/** What clients sent to a sandbox. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.record;

import org.jspecify.annotations.NullMarked;
