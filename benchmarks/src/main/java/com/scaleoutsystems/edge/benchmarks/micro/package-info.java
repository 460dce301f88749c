/** JMH benchmarks of the work on models. */
@NullMarked
package com.scaleoutsystems.edge.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
