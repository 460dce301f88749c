package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Clients that share what they can, as their facade knows them. From any thread. */
public final class GroupRuntime {

    /** For clients that have done nothing. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Env env;
    private final List<ClientRuntime> members;

    private GroupRuntime(Env env, List<ClientRuntime> members) {
        this.env = env;
        this.members = List.copyOf(members);
    }

    /**
     * What one client of a group is made of.
     *
     * @param settings what the host has set, once the client's id is known
     * @param clientId the id that the host has set
     * @param callbacks the host's code
     */
    public record Member(Function<String, ClientSettings> settings, Optional<String> clientId, Callbacks callbacks) {}

    /**
     * Real clients that have done nothing yet, and whose state directory is locked. Blocks on the disk.
     *
     * @param directory where the clients keep their state
     */
    public static GroupRuntime open(List<Member> group, Optional<Path> directory) {
        Env env = new SystemEnv();
        Optional<StateDirectory> state = directory.map(StateDirectory::open);
        Runnable unlock = () -> state.ifPresent(StateDirectory::close);
        SharedParts parts;
        try {
            state.ifPresent(StateDirectory::checkPlace);
            parts = SharedParts.open(group.get(0).settings().apply("shared"), env, state, unlock);
        } catch (Throwable failure) {
            unlock.run();
            throw failure;
        }
        Runnable opened = parts.join();
        List<ClientRuntime> members = new ArrayList<>();
        try {
            for (Member member : group) {
                String folder = String.valueOf(members.size() + 1);
                members.add(ClientRuntime.open(
                        member.settings(),
                        member.clientId(),
                        member.callbacks(),
                        parts.folder(folder),
                        parts::adapters));
            }
            return new GroupRuntime(env, members);
        } catch (Throwable failure) {
            Blocking.await(closed(members, member -> member.close(CLOSING)));
            throw failure;
        } finally {
            opened.run();
        }
    }

    /** The clients, in their order. */
    public List<ClientRuntime> members() {
        return members;
    }

    /**
     * Starts all of them.
     *
     * @return for each client, in their order, why it could not start; null if it has
     */
    public CompletionStage<List<@Nullable Throwable>> start() {
        GroupStart start = new GroupStart(
                env, members.size(), number -> members.get(number).start());
        return start.begin();
    }

    /** Closes the clients when the JVM shuts down, unless they are closed before. To be called once. */
    public void closeOnShutdown(Duration longest) {
        Cancellable hook = env.onShutdown("scaleout-shutdown-group", () -> close(longest));
        var unused = closed(members, ClientRuntime::closed).whenComplete((done, error) -> hook.cancel());
    }

    private static CompletableFuture<@Nullable Void> closed(
            List<ClientRuntime> clients, Function<ClientRuntime, CompletionStage<?>> closed) {
        return CompletableFuture.allOf(clients.stream()
                .map(client -> closed.apply(client).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Whether this thread runs a callback of one of the clients. */
    public boolean isInCallback() {
        return members.stream()
                .anyMatch(member -> member.current().ofThisThread().isPresent());
    }

    /** Closes all of them at the same time. Done when they are closed, or when the budget is used up. */
    public CompletionStage<@Nullable Void> close(Duration longest) {
        return closed(members, member -> member.close(longest));
    }
}
