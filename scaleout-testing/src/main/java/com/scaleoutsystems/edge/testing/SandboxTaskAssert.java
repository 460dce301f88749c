package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.internal.local.LocalClient;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the end of a task that a sandbox has handed out.
 *
 * @since 0.1.0
 */
public final class SandboxTaskAssert extends AbstractAssert<SandboxTaskAssert, Recorded.Report> {

    SandboxTaskAssert(Recorded.Report actual) {
        super(actual, SandboxTaskAssert.class);
    }

    /**
     * Checks that the task was completed.
     *
     * @return this assertion object
     */
    public SandboxTaskAssert isCompleted() {
        return ended("COMPLETED");
    }

    /**
     * Checks that the task has failed.
     *
     * @param part what the reason contains
     * @return this assertion object
     */
    public SandboxTaskAssert failedWith(String part) {
        ended("FAILED");
        String reason = Responses.reason(actual.response());
        if (!reason.contains(part)) {
            throw failure(
                    "Expected task %s to have failed with \"%s\", and the reason is \"%s\"",
                    actual.correlationId(), part, reason);
        }
        return this;
    }

    /**
     * Checks that the task was aborted.
     *
     * @return this assertion object
     */
    public SandboxTaskAssert isAborted() {
        return ended("INTERRUPTED");
    }

    /**
     * Checks the answer of a custom task.
     *
     * @param answer a number, text, boolean, list or map of these, as the server reads it; null for no answer
     * @return this assertion object
     */
    public SandboxTaskAssert hasAnswer(@Nullable Object answer) {
        ended("COMPLETED");
        Object found = LocalClient.parse(actual.response());
        if (!Objects.equals(found, answer)) {
            throw failure(
                    "Expected the answer of task %s to be %s, and it is %s", actual.correlationId(), answer, found);
        }
        return this;
    }

    private SandboxTaskAssert ended(String status) {
        if (!actual.status().equals(status)) {
            throw failure(
                    "Expected task %s to end as %s, and it ended as %s %s",
                    actual.correlationId(), status, actual.status(), Responses.reason(actual.response()));
        }
        return this;
    }
}
