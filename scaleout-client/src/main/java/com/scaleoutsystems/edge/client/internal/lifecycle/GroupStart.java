package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Starts many clients, a few at a time, so that servers are not flooded. A client that takes long lends its turn to the next one: those
 * whose start waits hold up no others. Thread-safe.
 */
final class GroupStart {

    /** How many clients join at the same time. */
    static final int AT_A_TIME = 32;

    /** A client that joins longer than this no longer counts as one of them. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Env env;
    private final IntFunction<CompletionStage<@Nullable Void>> start;
    private final @Nullable Throwable[] failures;
    private final CompletableFuture<List<@Nullable Throwable>> done = new CompletableFuture<>();
    private int next;
    private int ended;
    private int joining;
    private boolean launching;

    /**
     * Nothing is started yet.
     *
     * @param clients how many there are
     * @param start starts one of them
     */
    GroupStart(Env env, int clients, IntFunction<CompletionStage<@Nullable Void>> start) {
        this.env = env;
        this.start = start;
        this.failures = new Throwable[clients];
    }

    /** Begins to start them. Done when each has started or failed. */
    CompletionStage<List<@Nullable Throwable>> begin() {
        launch();
        return done;
    }

    /** One thread at a time launches, in a loop: clients may fail at once, and there may be thousands. */
    private void launch() {
        while (true) {
            int number;
            synchronized (this) {
                if (launching || joining == AT_A_TIME || next == failures.length) {
                    return;
                }
                launching = true;
                number = next++;
                joining++;
            }
            try {
                launch(number);
            } finally {
                synchronized (this) {
                    launching = false;
                }
            }
        }
    }

    private void launch(int number) {
        Turn turn = new Turn();
        Cancellable timer = env.after(PATIENCE, turn::end);
        var unused = Stages.begun(() -> start.apply(number)).whenComplete((ok, error) -> {
            timer.cancel();
            ended(number, error);
            turn.end();
        });
    }

    private void ended(int number, @Nullable Throwable error) {
        boolean last;
        synchronized (this) {
            failures[number] = error == null ? null : Stages.cause(error);
            ended++;
            last = ended == failures.length;
        }
        if (last) {
            done.complete(Arrays.asList(failures));
        }
    }

    /** The turn of one client, which ends once. */
    private final class Turn {

        private boolean over;

        void end() {
            synchronized (GroupStart.this) {
                if (over) {
                    return;
                }
                over = true;
                joining--;
            }
            launch();
        }
    }
}
