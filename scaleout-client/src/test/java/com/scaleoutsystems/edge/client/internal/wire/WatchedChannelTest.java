package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.net.Traffic;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.wire.WatchedChannel.Replaced;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In virtual time, with the client's usual times: a heartbeat every 2 s, and 30 s for each call. */
class WatchedChannelTest {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(2);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration HOP = Duration.ofMillis(40);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(45);

    private final VirtualEnv env = new VirtualEnv(7, Duration.ZERO);
    private final Strand strand = env.strand("test");
    private final List<Network> connections = new ArrayList<>();
    private final List<Duration> answers = new ArrayList<>();
    private final List<EdgeException> failures = new ArrayList<>();
    private final List<Runnable> hanging = new ArrayList<>();
    private int questions;
    private boolean hangs;
    private boolean refuses;
    private boolean cannotOpen;
    private boolean cannotBegin;
    private boolean rests;
    private int questionThatThrows = -1;
    private Status answerToQuestions = Status.OK;
    private Duration heartbeatTime = Duration.ZERO;
    private @Nullable WatchedChannel channel;

    @BeforeEach
    void start() {
        channel = new WatchedChannel(this::open, this::ask, env, CALL_TIMEOUT);
        beat();
        run(Duration.ofSeconds(11));
        assertThat(answers).hasSizeGreaterThan(4);
    }

    private WatchedChannel channel() {
        if (channel == null) {
            throw new AssertionError("not started");
        }
        return channel;
    }

    private WatchedChannel.Connection open() {
        if (cannotOpen) {
            throw new IllegalStateException("no channel");
        }
        Network network = new Network();
        connections.add(network);
        network.refuses = refuses;
        return new WatchedChannel.Connection(
                network, () -> new Traffic.Reading(network.received, network.sent), () -> 100);
    }

    private UnaryCalls<CombinerClientStub> calls(Channel over) {
        CallIdentity nobody = new CallIdentity(new ClientIdentity("c", "c", "1.1.0"), Bearer.none());
        return new UnaryCalls<>(CombinerClientGrpc.newStub(over).withCallCredentials(nobody), CALL_TIMEOUT);
    }

    private CompletionStage<Response> ask(Channel over) {
        questions++;
        if (questions == questionThatThrows) {
            throw new IllegalStateException("no question");
        }
        return calls(over)
                .call(
                        "asking",
                        (service, answer) -> service.announce(ClientAnnounceRequest.getDefaultInstance(), answer));
    }

    private void beat() {
        if (rests) {
            return;
        }
        CompletionStage<Response> heartbeat = calls(channel())
                .call(
                        "the heartbeat",
                        (service, answer) -> service.sendHeartbeat(Heartbeat.getDefaultInstance(), answer));
        strand.when(heartbeat, (done, error) -> {
            if (error == null) {
                answers.add(now());
            } else {
                failures.add((EdgeException) error);
            }
            strand.after(error == null ? BETWEEN_HEARTBEATS : AFTER_A_FAILURE, this::beat);
        });
    }

    private Duration now() {
        return Duration.ofNanos(env.nanos());
    }

    private void run(Duration time) {
        boolean[] over = {false};
        env.schedule(time, () -> over[0] = true);
        env.runUntil(() -> over[0], time);
    }

    /** A call that stays open, such as an upload. */
    private List<Status> openCall() {
        List<Status> end = new ArrayList<>();
        channel()
                .newCall(CombinerClientGrpc.getTaskStreamMethod(), CallOptions.DEFAULT)
                .start(
                        new ClientCall.Listener<>() {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                end.add(status);
                            }
                        },
                        new Metadata());
        return end;
    }

    private Network connection(int number) {
        return connections.get(number);
    }

    private Duration timeUntilTheNextAnswer() {
        Duration from = now();
        int before = answers.size();
        env.runUntil(() -> answers.size() > before, Duration.ofHours(1));
        return now().minus(from);
    }

    @Test
    void connectionThatDiedIsReplacedAndItsCallsEnd() {
        List<Status> upload = openCall();
        connection(0).dead = true;

        assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE.minusSeconds(5));
        assertThat(upload).singleElement().satisfies(end -> {
            assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(Replaced.isReasonOf(GrpcErrors.of("uploading", end.asRuntimeException())))
                    .isTrue();
        });
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("died silently");
        });
        assertThat(connections).hasSize(2);
        assertThat(connection(0).isShutdown()).isTrue();
        assertThat(openCall()).isEmpty();
    }

    @Test
    void eachConnectionThatDiesIsReplaced() {
        for (int i = 0; i < 5; i++) {
            connection(i).dead = true;
            assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE);
        }
    }

    @Test
    void healthyConnectionIsNeitherAskedNorDoubled() {
        run(Duration.ofHours(1));

        assertThat(questions).isZero();
        assertThat(connections).hasSize(1);
    }

    /** The server answers no heartbeat in time, but takes an upload: each window that it opens is a sign of life. */
    @Test
    void connectionOverWhichSomethingArrivesIsLeftAlone() {
        heartbeatTime = Duration.ofMinutes(10);
        List<Status> upload = openCall();
        for (int i = 0; i < 100; i++) {
            connection(0).received += 13;
            run(Duration.ofSeconds(10));
        }

        assertThat(upload).isEmpty();
        assertThat(questions).isZero();
        assertThat(connections).hasSize(1);
    }

    /** Heartbeats and questions wait in the queue of a slow line behind the model, and no window opens for a long time. */
    @Test
    void connectionThatTakesAnUploadSlowlyIsLeftAlone() {
        connection(0).dead = true;
        List<Status> upload = openCall();
        for (int i = 0; i < 100; i++) {
            connection(0).sent += 50_000;
            run(Duration.ofSeconds(4));
        }

        assertThat(upload).isEmpty();
        assertThat(connections).hasSize(1);
    }

    @Test
    void combinerThatIsSlowToAnswerHeartbeatsKeepsItsConnection() {
        heartbeatTime = Duration.ofMinutes(10);
        List<Status> upload = openCall();
        run(Duration.ofHours(1));

        assertThat(upload).isEmpty();
        assertThat(questions).isPositive();
        assertThat(connections).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 16, 19, 21, 24, 27, 33, 49, 50, 51, 300})
    void combinerThatHangsForAWhileKeepsItsConnection(int seconds) {
        List<Status> upload = openCall();
        hangs = true;
        run(Duration.ofSeconds(seconds));
        hangs = false;
        hanging.forEach(Runnable::run);

        assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE);
        run(Duration.ofMinutes(5));
        assertThat(upload).isEmpty();
        assertThat(connection(0).isShutdown()).isFalse();
        assertThat(connections.stream().skip(1)).allMatch(ManagedChannel::isShutdown);
    }

    /** The network is away for a while, and the connection outlives that: its packets are repeated a little later. */
    @Test
    void connectionThatComesBackSoonAfterTheNetworkIsKept() {
        List<Status> upload = openCall();
        connection(0).dead = true;
        refuses = true;
        run(Duration.ofMinutes(3));
        refuses = false;
        env.runUntil(() -> connections.get(connections.size() - 1).received > 0, Duration.ofMinutes(1));
        run(Duration.ofSeconds(2));
        connection(0).dead = false;
        connection(0).received += 13;
        run(Duration.ofMinutes(3));

        assertThat(upload).isEmpty();
        assertThat(connection(0).isShutdown()).isFalse();
        assertThat(connections.stream().skip(1)).allMatch(ManagedChannel::isShutdown);
    }

    @Test
    void secondConnectionIsTriedUntilItWorks() {
        connection(0).dead = true;
        refuses = true;
        run(Duration.ofMinutes(10));
        assertThat(connection(0).isShutdown()).isFalse();
        assertThat(connections).hasSizeBetween(10, 60);
        refuses = false;

        assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE);
        assertThat(connections.subList(0, connections.size() - 1)).allMatch(ManagedChannel::isShutdown);
    }

    @Test
    void connectionThatCannotBeMadeIsTriedAgain() {
        connection(0).dead = true;
        cannotOpen = true;
        env.runUntil(() -> questions > 0, Duration.ofMinutes(1));
        try {
            run(Duration.ofSeconds(10));
        } catch (IllegalStateException thrownInAStep) {
            assertThat(thrownInAStep).hasMessage("no channel");
        }
        cannotOpen = false;

        assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void questionThatCannotBeAskedIsAskedAgain(int number) {
        connection(0).dead = true;
        questionThatThrows = number;
        try {
            run(LONGEST_SILENCE);
            throw new AssertionError("nothing was thrown");
        } catch (IllegalStateException thrownInAStep) {
            assertThat(thrownInAStep).hasMessage("no question");
        }

        assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE);
        assertThat(connections.subList(0, connections.size() - 1)).allMatch(ManagedChannel::isShutdown);
    }

    /** Whatever the combiner thinks of the question: it answers over the second connection, and nothing comes over the first. */
    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"})
    void combinerThatAnswersWithAnErrorLives(Status.Code code) {
        answerToQuestions = code.toStatus();
        connection(0).dead = true;

        assertThat(timeUntilTheNextAnswer()).isLessThan(LONGEST_SILENCE);
        assertThat(connections).hasSize(2);
        assertThat(connection(0).isShutdown()).isTrue();
    }

    @Test
    void callThatCannotBeginIsNotWaitedFor() {
        rests = true;
        run(Duration.ofSeconds(5));
        cannotBegin = true;
        assertThat(ask(channel()).toCompletableFuture()).isCompletedExceptionally();
        questions = 0;
        run(Duration.ofHours(1));

        assertThat(questions).isZero();
    }

    @Test
    void callWhoseEndCannotBeToldIsNotWaitedFor() {
        rests = true;
        run(Duration.ofSeconds(5));
        channel()
                .newCall(CombinerClientGrpc.getAnnounceMethod(), CallOptions.DEFAULT)
                .start(
                        new ClientCall.Listener<>() {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                throw new IllegalStateException("no end");
                            }
                        },
                        new Metadata());
        try {
            run(Duration.ofSeconds(5));
            throw new AssertionError("nothing was thrown");
        } catch (IllegalStateException thrownInAStep) {
            assertThat(thrownInAStep).hasMessage("no end");
        }
        run(Duration.ofHours(1));

        assertThat(questions).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 22, 26, 30})
    void closingEndsAllConnections(int seconds) {
        connection(0).dead = true;
        run(Duration.ofSeconds(seconds));
        channel().close();
        run(Duration.ofMinutes(2));

        assertThat(connections).allMatch(ManagedChannel::isShutdown);
        assertThat(connections).hasSizeLessThan(3);
    }

    /** A connection to the one combiner; the way back may be interrupted without a sign. */
    private final class Network extends ManagedChannel {

        private final List<Call<?, ?>> calls = new ArrayList<>();
        private long received;
        private long sent;
        private boolean dead;
        private boolean refuses;
        private boolean shut;

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new Call<>(this, method);
        }

        void hop(Runnable then) {
            env.schedule(HOP, () -> {
                if (!dead && !shut) {
                    then.run();
                }
            });
        }

        @Override
        public String authority() {
            return "combiner";
        }

        @Override
        public ManagedChannel shutdown() {
            throw new AssertionError("an orderly end may last for ever");
        }

        @Override
        public ManagedChannel shutdownNow() {
            shut = true;
            List.copyOf(calls).forEach(call -> call.close(Status.UNAVAILABLE.withDescription("shut down")));
            return this;
        }

        @Override
        public boolean isShutdown() {
            return shut;
        }

        @Override
        public boolean isTerminated() {
            return shut;
        }

        @Override
        public boolean awaitTermination(long time, TimeUnit unit) {
            return shut;
        }
    }

    private final class Call<Q, A> extends ClientCall<Q, A> {

        private final Network network;
        private final MethodDescriptor<Q, A> method;
        private @Nullable Listener<A> listener;
        private Cancellable deadline = () -> {};

        Call(Network network, MethodDescriptor<Q, A> method) {
            this.network = network;
            this.method = method;
        }

        @Override
        public void start(Listener<A> answers, Metadata headers) {
            if (cannotBegin) {
                throw new IllegalStateException("no call");
            }
            listener = answers;
            network.calls.add(this);
            network.sent += 300;
            if (network.shut || network.refuses) {
                env.schedule(Duration.ZERO, () -> close(Status.UNAVAILABLE));
            } else if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                deadline = env.schedule(CALL_TIMEOUT, () -> close(Status.DEADLINE_EXCEEDED));
                network.hop(this::arrive);
            }
        }

        private void arrive() {
            env.schedule(isHeartbeat() ? heartbeatTime : Duration.ZERO, () -> {
                if (hangs) {
                    hanging.add(this::answer);
                } else {
                    answer();
                }
            });
        }

        private boolean isHeartbeat() {
            return method.getFullMethodName()
                    .equals(CombinerClientGrpc.getSendHeartbeatMethod().getFullMethodName());
        }

        /** As the connection marks what came with a status of gRPC. */
        private static Metadata marked() {
            Metadata trailers = new Metadata();
            trailers.put(Metadata.Key.of("scaleout-answer", Metadata.ASCII_STRING_MARSHALLER), "grpc");
            return trailers;
        }

        private void answer() {
            network.hop(() -> {
                if (listener != null) {
                    network.received += 100;
                    Status status = isHeartbeat() ? Status.OK : answerToQuestions;
                    if (status.isOk()) {
                        listener.onMessage(answer(method));
                    }
                    close(status, marked());
                }
            });
        }

        private static <Q, A> A answer(MethodDescriptor<Q, A> method) {
            return method.parseResponse(
                    Response.getDefaultInstance().toByteString().newInput());
        }

        void close(Status status) {
            close(status, new Metadata());
        }

        private void close(Status status, Metadata trailers) {
            Listener<A> waiting = listener;
            listener = null;
            network.calls.remove(this);
            deadline.cancel();
            if (waiting != null) {
                waiting.onClose(status, trailers);
            }
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            close(Status.CANCELLED);
        }

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }
}
