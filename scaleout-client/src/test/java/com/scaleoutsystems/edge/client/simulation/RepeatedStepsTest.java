package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.Heartbeats;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.PollingFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the client does when a heartbeat or a poll has ended, and throws: the next one comes. In virtual time. */
class RepeatedStepsTest {

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final Strand strand = env.strand("client");
    private final SimulatedCombiner combiner = new SimulatedCombiner(env);

    private static void fail() {
        throw new StackOverflowError("made up");
    }

    private void comesAgain(String call) {
        env.failCall(0);
        env.runUntil(() -> combiner.calls(call) >= 3, Duration.ofMinutes(10));

        assertThat(combiner.calls(call)).isGreaterThanOrEqualTo(3);
    }

    @Test
    void heartbeatsGoOn() {
        new Heartbeats(combiner, env, strand, Duration.ofSeconds(10), new Heartbeats.Listener() {
                    @Override
                    public void answered() {
                        fail();
                    }

                    @Override
                    public void failed(EdgeException error) {
                        fail();
                    }

                    @Override
                    public void silent() {
                        fail();
                    }

                    @Override
                    public void linkQuality(LinkQuality from, LinkQuality to) {
                        fail();
                    }
                })
                .start();

        comesAgain("heartbeat");
    }

    @Test
    void pollsGoOn() {
        new PollingFeed(
                        combiner,
                        env,
                        strand,
                        TaskSettings.defaults(),
                        new TaskFeed.Sink() {
                            @Override
                            public boolean hasRoom() {
                                return true;
                            }

                            @Override
                            public List<TaskReport> reports() {
                                return List.of();
                            }

                            @Override
                            public void reported(List<TaskReport> reports) {
                                fail();
                            }

                            @Override
                            public CompletionStage<@Nullable Void> received(List<TaskRequest> tasks) {
                                return CompletableFuture.completedFuture(null);
                            }

                            @Override
                            public void idle() {
                                fail();
                            }

                            @Override
                            public void reachable() {
                                fail();
                            }

                            @Override
                            public void unreachable(EdgeException error) {
                                fail();
                            }
                        },
                        new NetworkGate(strand))
                .start();

        comesAgain("poll");
    }
}
