package com.scaleoutsystems.edge.client.event;

import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The health of a client. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class Health {

    private final Values values;

    private Health(Values values) {
        this.values = values;
    }

    private Health changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new Health(copy);
    }

    /** The values with their defaults. A health never changes the object that it was made with. */
    private static final class Values {

        boolean live = false;
        boolean ready = false;
        boolean storing = true;
        final ClientState state;
        final LinkQuality linkQuality;
        NetworkPolicy networkPolicy = NetworkPolicy.ALL;
        Map<String, QueueHealth> queues = Map.of();
        long unread = 0;
        long sent = 0;
        long rejected = 0;
        Map<DropReason, Long> dropped = Map.of();
        List<String> troubles = List.of();
        List<String> runningTasks = List.of();
        List<String> stuckTasks = List.of();

        @Nullable
        Duration sinceLastPoll;

        @Nullable
        Duration roundTrip;

        Values(ClientState state, LinkQuality linkQuality) {
            this.state = state;
            this.linkQuality = linkQuality;
        }

        Values(Values other) {
            live = other.live;
            ready = other.ready;
            storing = other.storing;
            state = other.state;
            linkQuality = other.linkQuality;
            networkPolicy = other.networkPolicy;
            queues = other.queues;
            unread = other.unread;
            sent = other.sent;
            rejected = other.rejected;
            dropped = other.dropped;
            troubles = other.troubles;
            runningTasks = other.runningTasks;
            stuckTasks = other.stuckTasks;
            sinceLastPoll = other.sinceLastPoll;
            roundTrip = other.roundTrip;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("live", live)
                    .with("ready", ready)
                    .with("storing", storing)
                    .with("state", state)
                    .with("linkQuality", linkQuality)
                    .with("networkPolicy", networkPolicy)
                    .with("queues", queues)
                    .with("unread", unread)
                    .with("sent", sent)
                    .with("rejected", rejected)
                    .with("dropped", dropped)
                    .with("troubles", troubles)
                    .with("runningTasks", runningTasks)
                    .with("stuckTasks", stuckTasks)
                    .with("sinceLastPoll", sinceLastPoll)
                    .with("roundTrip", roundTrip);
        }
    }

    /**
     * The health of a client that is neither live nor ready, and has nothing to send and no tasks.
     *
     * @param state its state
     * @param linkQuality how well it can reach the combiner
     * @return the health
     */
    public static Health of(ClientState state, LinkQuality linkQuality) {
        return new Health(
                new Values(Objects.requireNonNull(state, "state"), Objects.requireNonNull(linkQuality, "linkQuality")));
    }

    /**
     * Whether the client works: its own thread answers and it is not closed.
     *
     * @return true if it is live
     */
    public boolean live() {
        return values.live;
    }

    /**
     * Changes whether the client works at all.
     *
     * @param value whether it is live
     * @return the changed copy
     */
    public Health withLive(boolean value) {
        return changed(copy -> copy.live = value);
    }

    /**
     * Whether the client takes tasks: it is live, the combiner answers, the {@link #networkPolicy()} allows everything, the client has read
     * the records of earlier runs, no lane is blocked by callbacks that ignore their abort, and there is no task that the client failed to
     * end.
     *
     * @return true if it is ready
     */
    public boolean ready() {
        return values.ready;
    }

    /**
     * Changes whether the client can take tasks.
     *
     * @param value whether it is ready
     * @return the changed copy
     */
    public Health withReady(boolean value) {
        return changed(copy -> copy.ready = value);
    }

    /**
     * Whether the client can keep what it promises: false from the moment when its state directory takes nothing, for example because
     * the disk is full or someone has deleted the directory, until it works again. Always true for a client without a state directory.
     *
     * @return true unless the last attempt to write to the state directory failed
     */
    public boolean storing() {
        return values.storing;
    }

    /**
     * Changes whether the client can keep what it promises.
     *
     * @param value whether its state directory takes what it writes
     * @return the changed copy
     */
    public Health withStoring(boolean value) {
        return changed(copy -> copy.storing = value);
    }

    /**
     * The state of the client.
     *
     * @return the state
     */
    public ClientState state() {
        return values.state;
    }

    /**
     * How well the client can reach the combiner.
     *
     * @return the quality
     */
    public LinkQuality linkQuality() {
        return values.linkQuality;
    }

    /**
     * What the program lets the client use the network for. Unless this is {@link NetworkPolicy#ALL}, the client takes no tasks and its
     * records wait.
     *
     * @return the policy
     */
    public NetworkPolicy networkPolicy() {
        return values.networkPolicy;
    }

    /**
     * Changes what the program lets the client use the network for.
     *
     * @param value the policy
     * @return the changed copy
     */
    public Health withNetworkPolicy(NetworkPolicy value) {
        return changed(copy -> copy.networkPolicy = Objects.requireNonNull(value, "networkPolicy"));
    }

    /**
     * What waits to be sent, by priority class.
     *
     * @return the queues
     */
    public Map<String, QueueHealth> queues() {
        return values.queues;
    }

    /**
     * Changes what waits to be sent.
     *
     * @param value the queues by priority class
     * @return the changed copy
     */
    public Health withQueues(Map<String, QueueHealth> value) {
        Map<String, QueueHealth> queues = Map.copyOf(value);
        return changed(copy -> copy.queues = queues);
    }

    /**
     * How many records of earlier runs the client has not read from its state directory yet. They wait to be sent, too, and are not part
     * of {@link #queues()}. A client reads them when it is built, which takes seconds if there are many.
     *
     * @return the number
     */
    public long unread() {
        return values.unread;
    }

    /**
     * Changes the number of records that the client has not read yet.
     *
     * @param value the number
     * @return the changed copy
     */
    public Health withUnread(long value) {
        return changed(copy -> copy.unread = value);
    }

    /**
     * How many records the server has acknowledged since the client was built.
     *
     * @return the number
     */
    public long sent() {
        return values.sent;
    }

    /**
     * Changes the number of acknowledged records.
     *
     * @param value the number
     * @return the changed copy
     */
    public Health withSent(long value) {
        return changed(copy -> copy.sent = value);
    }

    /**
     * How many records the server has refused for good.
     *
     * @return the number
     */
    public long rejected() {
        return values.rejected;
    }

    /**
     * Changes the number of rejected records.
     *
     * @param value the number
     * @return the changed copy
     */
    public Health withRejected(long value) {
        return changed(copy -> copy.rejected = value);
    }

    /**
     * How many records the client has given up, by reason.
     *
     * @return the numbers; only reasons that occurred
     */
    public Map<DropReason, Long> dropped() {
        return values.dropped;
    }

    /**
     * Changes the numbers of dropped records.
     *
     * @param value the numbers by reason
     * @return the changed copy
     */
    public Health withDropped(Map<DropReason, Long> value) {
        Map<DropReason, Long> numbers = Map.copyOf(value);
        return changed(copy -> copy.dropped = numbers);
    }

    /**
     * What keeps failing, for people: one line for each cause. There is a line for each reason why records keep failing although the
     * client can reach the combiner, with the last error and the cure if the client knows one. If the client has tried to join and has not
     * joined, there is a line with the last failure and, while it keeps trying, the time of the next attempt. Otherwise the list is
     * empty.
     *
     * @return the lines
     */
    public List<String> troubles() {
        return values.troubles;
    }

    /**
     * Changes what keeps failing.
     *
     * @param value one line for each cause
     * @return the changed copy
     */
    public Health withTroubles(List<String> value) {
        List<String> lines = List.copyOf(value);
        return changed(copy -> copy.troubles = lines);
    }

    /**
     * The tasks whose callbacks run.
     *
     * @return their correlation ids
     */
    public List<String> runningTasks() {
        return values.runningTasks;
    }

    /**
     * Changes the running tasks.
     *
     * @param value their correlation ids
     * @return the changed copy
     */
    public Health withRunningTasks(List<String> value) {
        List<String> tasks = List.copyOf(value);
        return changed(copy -> copy.runningTasks = tasks);
    }

    /**
     * The tasks that do not end: those whose callbacks run and ignore their abort, and those that the client itself failed to end. The
     * client tries again to end such a task until it succeeds.
     *
     * @return their correlation ids
     */
    public List<String> stuckTasks() {
        return values.stuckTasks;
    }

    /**
     * Changes the stuck tasks.
     *
     * @param value their correlation ids
     * @return the changed copy
     */
    public Health withStuckTasks(List<String> value) {
        List<String> tasks = List.copyOf(value);
        return changed(copy -> copy.stuckTasks = tasks);
    }

    /**
     * How long ago the combiner answered a poll for tasks. It grows while polls are not answered; when all is well it stays below the
     * interval of the polls and the time that a poll takes.
     *
     * @return the time; empty if no poll has been answered yet, or if tasks are pushed
     */
    public Optional<Duration> sinceLastPoll() {
        return Optional.ofNullable(values.sinceLastPoll);
    }

    /**
     * Changes how long ago the combiner answered a poll.
     *
     * @param value the time
     * @return the changed copy
     */
    public Health withSinceLastPoll(Duration value) {
        return changed(copy -> copy.sinceLastPoll = Objects.requireNonNull(value, "sinceLastPoll"));
    }

    /**
     * How long the combiner took to answer the last poll or heartbeat that it answered, whichever came later. It includes the way there
     * and back.
     *
     * @return the time; empty if none has been answered yet
     */
    public Optional<Duration> roundTrip() {
        return Optional.ofNullable(values.roundTrip);
    }

    /**
     * Changes how long the combiner took to answer.
     *
     * @param value the time
     * @return the changed copy
     */
    public Health withRoundTrip(Duration value) {
        return changed(copy -> copy.roundTrip = Objects.requireNonNull(value, "roundTrip"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Health that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "Health" + values.named();
    }
}
