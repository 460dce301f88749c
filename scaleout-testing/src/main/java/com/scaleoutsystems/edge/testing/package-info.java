/**
 * A test kit for programs that take part in federated learning.
 *
 * <p>{@link com.scaleoutsystems.edge.testing.TaskRun} runs one callback without a server.
 * {@link com.scaleoutsystems.edge.testing.EdgeTest} gives a JUnit test a sandbox and clients.
 * {@link com.scaleoutsystems.edge.testing.EdgeAssertions} checks what came of it.
 */
@NullMarked
package com.scaleoutsystems.edge.testing;

import org.jspecify.annotations.NullMarked;
