package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.sandbox.Sandbox;

/**
 * Assertions in the style of AssertJ about what a sandbox has recorded and about {@linkplain TaskRun runs} of callbacks. They need
 * AssertJ, which the program adds to its tests.
 *
 * @since 0.1.0
 */
public final class EdgeAssertions {

    private EdgeAssertions() {}

    /**
     * Looks at what clients have sent to a sandbox.
     *
     * @param actual the sandbox, open or closed
     * @return the assertions, which wait for what is still under way
     */
    public static SandboxAssert assertThat(Sandbox actual) {
        return new SandboxAssert(actual);
    }

    /**
     * Looks at what came of a callback.
     *
     * @param actual the result of the run
     * @return the assertions
     */
    public static TaskRunAssert assertThat(TaskRunResult actual) {
        return new TaskRunAssert(actual);
    }
}
