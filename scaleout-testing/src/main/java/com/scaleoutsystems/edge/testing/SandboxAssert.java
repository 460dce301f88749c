package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about what clients have sent to a sandbox.
 *
 * <p>Clients send while the test goes on. So each assertion waits, for 10 s unless {@link #within(Duration)} says otherwise, until the
 * sandbox has what it looks for.
 *
 * @since 0.1.0
 */
public final class SandboxAssert extends AbstractAssert<SandboxAssert, Sandbox> {

    private Duration patience = Duration.ofSeconds(10);

    SandboxAssert(Sandbox actual) {
        super(actual, SandboxAssert.class);
    }

    /**
     * How long the following assertions wait.
     *
     * @param time the longest time
     * @return this assertion object
     */
    public SandboxAssert within(Duration time) {
        patience = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Checks that clients have sent a model update in a round of a session.
     *
     * @param round the number of the round, from 1
     * @return this assertion object
     */
    public SandboxAssert hasRound(int round) {
        String id = String.valueOf(round);
        require(
                Recorded.ModelUpdate.class,
                update -> update.roundId().equals(id),
                "a model update of round " + round,
                Recorded.ModelUpdate::roundId);
        return this;
    }

    /**
     * Checks how many model updates clients have sent.
     *
     * @param count the number, all rounds together
     * @return this assertion object
     */
    public SandboxAssert hasModelUpdates(int count) {
        eventually(
                count + " model updates",
                recording ->
                        Optional.of(recording.count(Recorded.ModelUpdate.class)).filter(updates -> updates >= count));
        long found = recording().count(Recorded.ModelUpdate.class);
        if (found != count) {
            throw failure("Expected %s model updates, and the sandbox has %s", count, found);
        }
        return this;
    }

    /**
     * Checks that a client has logged a metric.
     *
     * @param name the name of the metric
     * @return this assertion object
     */
    public SandboxAssert hasMetric(String name) {
        require(
                Recorded.Metric.class,
                metric -> metric.values().containsKey(name),
                "the metric " + name,
                metric -> metric.values().keySet());
        return this;
    }

    /**
     * Checks that a client has logged a metric in a round of a session.
     *
     * @param name the name of the metric
     * @param round the number of the round, from 1
     * @return this assertion object
     */
    public SandboxAssert hasMetric(String name, int round) {
        String id = String.valueOf(round);
        require(
                Recorded.Metric.class,
                metric -> metric.roundId().equals(id) && metric.values().containsKey(name),
                "the metric " + name + " in round " + round,
                metric -> metric.values().keySet() + " in round " + metric.roundId());
        return this;
    }

    /**
     * Checks that the validation of a client contains a value.
     *
     * @param name the name of the value
     * @return this assertion object
     */
    public SandboxAssert hasValidation(String name) {
        require(
                Recorded.Validation.class,
                validation -> validation.metrics().containsKey(name),
                "a validation with " + name,
                validation -> validation.metrics().keySet());
        return this;
    }

    /**
     * Checks that a client has logged telemetry.
     *
     * @param key what was measured
     * @return this assertion object
     */
    public SandboxAssert hasTelemetry(String key) {
        require(
                Recorded.Telemetry.class,
                record -> record.key().equals(key),
                "telemetry of " + key,
                Recorded.Telemetry::key);
        return this;
    }

    /**
     * Checks that a client has logged an attribute.
     *
     * @param key the name of the fact
     * @return this assertion object
     */
    public SandboxAssert hasAttribute(String key) {
        require(
                Recorded.Attribute.class,
                record -> record.key().equals(key),
                "the attribute " + key,
                Recorded.Attribute::key);
        return this;
    }

    /**
     * Checks that a client has added a line to the session log.
     *
     * @param part what the line contains
     * @return this assertion object
     */
    public SandboxAssert hasStatus(String part) {
        require(
                Recorded.Status.class,
                line -> line.text().contains(part),
                "a status line with \"" + part + "\"",
                Recorded.Status::text);
        return this;
    }

    /**
     * Waits for the end of a task.
     *
     * @param correlationId the task, as {@link Sandbox#submit} returns it
     * @return assertions about the task
     */
    public SandboxTaskAssert task(String correlationId) {
        Recorded.Report end = eventually(
                "the end of task " + correlationId,
                recording -> recording.reports(correlationId).stream()
                        .filter(Recorded.Report::done)
                        .findFirst());
        return new SandboxTaskAssert(end);
    }

    private Recording recording() {
        isNotNull();
        return actual.recording();
    }

    private <T extends Recorded> void require(
            Class<T> kind, Predicate<T> wanted, String what, Function<T, Object> shown) {
        try {
            await(what, recording -> recording.all(kind).stream().filter(wanted).findFirst());
        } catch (EdgeException late) {
            List<Object> found = recording().all(kind).stream().map(shown).toList();
            throw missing(what, "there is " + (found.isEmpty() ? "none" : found), late);
        }
    }

    private <T> T eventually(String what, Function<Recording, Optional<T>> look) {
        try {
            return await(what, look);
        } catch (EdgeException late) {
            throw missing(what, String.valueOf(late.getMessage()), late);
        }
    }

    private <T> T await(String what, Function<Recording, Optional<T>> look) {
        Optional<T> found = look.apply(recording());
        return found.isPresent() ? found.get() : recording().await(what, patience, look);
    }

    private AssertionError missing(String what, String instead, EdgeException late) {
        long forgotten = recording().forgottenCalls();
        AssertionError failure = failure(
                "Expected the sandbox to have %s, and it has not: %s%s",
                what,
                instead,
                forgotten == 0
                        ? ""
                        : "; the recording has forgotten the oldest " + forgotten
                                + " calls (see recordingLimits of the sandbox's builder)");
        failure.addSuppressed(late);
        return failure;
    }
}
