package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.lifecycle.GroupRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Many clients in one JVM, for example in a gateway that stands for a thousand devices. Each is a client of its own for the network, with
 * its own id, name, tokens, tasks, records and limits. They share what costs most: the connections to each combiner, those to the API,
 * one state directory with one store, and the models that came before.
 *
 * <pre>{@code
 * EdgeClientBuilder gateway = EdgeClient.builder()
 *         .api(URI.create("https://edge.example.org"))
 *         .credential(Credential.token(token))
 *         .name("gateway")
 *         .onTrain((model, task) -> TrainResult.of(train(model), 600));
 * try (EdgeClientGroup group = EdgeClientGroup.of(gateway, 200)) {
 *     group.start().forEach((client, failure) -> alert(client.name(), failure));
 *     awaitEnd();
 * }
 * }</pre>
 *
 * <p>A client of the group may be closed before the others, which go on. The last one to close closes what they share. The callbacks of
 * different clients run at the same time, so a callback that several clients have must be safe for that.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class EdgeClientGroup implements AutoCloseable {

    private final GroupRuntime runtime;
    private final List<EdgeClient> clients;

    private EdgeClientGroup(GroupRuntime runtime) {
        this.runtime = runtime;
        this.clients = runtime.members().stream().map(EdgeClient::new).toList();
    }

    /**
     * Builds clients that all have the same settings. See {@link #of(EdgeClientBuilder, int, ObjIntConsumer)}.
     *
     * @param builder what the clients have in common
     * @param clients how many there are, at least 1
     * @return the group
     * @throws IllegalArgumentException if there is no client
     * @throws EdgeException as {@link EdgeClientBuilder#build()}
     */
    public static EdgeClientGroup of(EdgeClientBuilder builder, int clients) {
        return of(builder, clients, (client, number) -> {});
    }

    /**
     * Builds clients, and locks their state directory if they have one. The clients do not use the network yet. If the builder has a name,
     * the names of the clients are that with {@code -1}, {@code -2} and so on at the end; so are their ids, if the builder has an id. Without
     * an id, each client has one of its own. The state directory is the one that a single client of the builder would have. It holds a
     * folder for each client, named by its number.
     *
     * @param builder what the clients have in common; it does not change
     * @param clients how many there are, at least 1
     * @param each changes the builder of one client, for example to set its callbacks or another name, and gets the client's number,
     *     from 1. It is called once for each client, on the calling thread. What the clients share cannot be changed there: state
     *     directory, {@link EdgeClientBuilder#network}, {@link EdgeClientBuilder#models} and
     *     {@link EdgeClientBuilder#closeOnShutdown(Duration)}
     * @return the group
     * @throws IllegalArgumentException if there is no client, or {@code each} changes what the clients share
     * @throws EdgeException as {@link EdgeClientBuilder#build()}
     */
    public static EdgeClientGroup of(EdgeClientBuilder builder, int clients, ObjIntConsumer<EdgeClientBuilder> each) {
        Objects.requireNonNull(builder, "builder");
        Objects.requireNonNull(each, "each");
        if (clients < 1) {
            throw new IllegalArgumentException("a group of " + clients + " clients; expected 1 or more");
        }
        List<GroupRuntime.Member> members = new ArrayList<>();
        for (int number = 1; number <= clients; number++) {
            EdgeClientBuilder member = builder.member(number);
            each.accept(member, number);
            if (!member.shared().equals(builder.shared())) {
                throw new IllegalArgumentException("client " + number
                        + " of the group changes what the clients share (state directory, network, models or"
                        + " closeOnShutdown); set that on the builder of the group");
            }
            members.add(new GroupRuntime.Member(member::settings, member.id(), member.callbacks()));
        }
        return new EdgeClientGroup(builder.open(
                new Opening<>(GroupRuntime::closeOnShutdown, GroupRuntime::close),
                directory -> GroupRuntime.open(members, directory)));
    }

    /**
     * The clients of the group, also those that are closed.
     *
     * @return the clients, the one with number 1 first; cannot be changed
     */
    public List<EdgeClient> clients() {
        return clients;
    }

    /**
     * Starts all clients, as {@link EdgeClient#start()} does, at most 32 at a time. One that waits for more than two seconds lets the next one
     * begin. A client that cannot start does not keep the others from starting. Blocks until each client has started or failed.
     *
     * @return the clients that could not start, and why; empty if all take tasks. Each of them can be started again
     * @throws EdgeException CANCELLED on interrupt, after which the clients keep trying
     */
    public Map<EdgeClient, EdgeException> start() {
        List<@Nullable Throwable> outcome = Blocking.await(runtime.start());
        Map<EdgeClient, EdgeException> failures = new LinkedHashMap<>();
        for (int i = 0; i < clients.size(); i++) {
            Throwable failure = outcome.get(i);
            if (failure != null) {
                failures.put(clients.get(i), Blocking.failure(failure));
            }
        }
        return Collections.unmodifiableMap(failures);
    }

    /** Closes all clients, with 10 seconds for all of them. See {@link #close(Duration)}. */
    @Override
    public void close() {
        close(EdgeClient.DEFAULT_CLOSE_BUDGET);
    }

    /**
     * Closes all clients at the same time, as {@link EdgeClient#close(Duration)} does. Blocks until all are closed or the budget is used up;
     * then they continue to close in the background. Does nothing if they are closed. If a callback of one of them calls this method, it
     * returns at once.
     *
     * @param budget the longest time that closing may take
     * @throws EdgeException CANCELLED on interrupt, after which the clients continue to close
     */
    public void close(Duration budget) {
        CompletionStage<@Nullable Void> closed = runtime.close(Durations.requirePositive("budget", budget));
        if (!runtime.isInCallback()) {
            Blocking.await(closed);
        }
    }

    /** How many clients there are, for people. */
    @Override
    public String toString() {
        return "EdgeClientGroup of " + clients.size();
    }
}
