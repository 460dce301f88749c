/** The command {@code scaleout-edge}. Not a library: only its options, output and exit codes are kept stable. */
@NullMarked
package com.scaleoutsystems.edge.cli;

import org.jspecify.annotations.NullMarked;
