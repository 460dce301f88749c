/** What all parts of the SDK share: the base of its exceptions and their codes. */
@NullMarked
package com.scaleoutsystems.edge;

import org.jspecify.annotations.NullMarked;
