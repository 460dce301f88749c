package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.net.Traffic;
import com.scaleoutsystems.edge.client.internal.state.AnsweredCalls;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.TaskRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the dialect of a combiner is found out that a proxy hides from time to time. */
@Timeout(60)
class DialectDetectionTest {

    private static final String ONE = "PollAndReport";
    private static final String ALL = "PollAndReportAsync";
    private static final Poll ASKING = new Poll(List.of(), Duration.ofSeconds(5), false);
    private static final Poll SKIPPING = new Poll(List.of(), Duration.ofSeconds(5), true);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Set<String> known = Set.of();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Combiner())
                .build()
                .start();
        Env env = new SystemEnv();
        channel = new Connections(NetworkProfile.defaults(), env)
                .channel(
                        GrpcConnectionOptions.of("127.0.0.1", server.getPort()).withTls(TlsMode.PLAINTEXT),
                        new CombinerAnswers(AnsweredCalls.inMemory(env), "combiner", env),
                        new Traffic(),
                        new Bandwidth(OptionalLong.empty(), env));
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    private DialectDetection detection() {
        return DialectDetection.between(Dialects.V1_1, Dialects.V1_0, polls());
    }

    private PollCalls polls() {
        CallIdentity caller = new CallIdentity(new ClientIdentity("c", "c", "1.1.0"), Bearer.fixed(Optional.empty()));
        UnaryCalls<CombinerClientStub> calls = new UnaryCalls<>(
                CombinerClientGrpc.newStub(channel).withCallCredentials(caller), Duration.ofSeconds(30));
        return new PollCalls(calls, "c");
    }

    /** Polls, and gives the failure if there is one. */
    private static Optional<EdgeException> failure(DialectDetection detection, Poll poll) {
        try {
            detection.poll(poll).toCompletableFuture().join();
            return Optional.empty();
        } catch (CompletionException failed) {
            return Optional.of((EdgeException) failed.getCause());
        }
    }

    private static Dialect detected(DialectDetection detection) {
        return detection.detected().toCompletableFuture().join();
    }

    @Test
    void aProxyThatHidesASecondGenerationWhenItIsFirstAskedDoesNotMakeItAFirst() {
        DialectDetection detection = detection();
        assertThat(detected(detection)).as("as far as can be told").isEqualTo(Dialects.V1_0);

        known = Set.of(ALL);
        assertThat(failure(detection, ASKING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_1);
        assertThat(asked).containsExactly(ALL, ALL);
    }

    @Test
    void aCombinerThatKnowsBothPollsIsOfTheSecondGenerationWhateverWasHiddenFirst() {
        DialectDetection detection = detection();
        assertThat(detected(detection)).isEqualTo(Dialects.V1_0);

        known = Set.of(ONE, ALL);
        assertThat(failure(detection, ASKING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_1);
    }

    @Test
    void aFirstGenerationThatIsHiddenForAWhileIsFoundOutAnew() {
        DialectDetection detection = detection();
        known = Set.of(ONE);
        assertThat(failure(detection, ASKING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_0);

        known = Set.of();
        assertThat(failure(detection, ASKING)).hasValueSatisfying(DialectDetectionTest::isAFaultThatMayPass);
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_1);
        known = Set.of(ALL);
        assertThat(failure(detection, ASKING)).as("it was replaced meanwhile").isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_1);
    }

    @Test
    void aSecondGenerationThatIsHiddenForAWhileIsFoundOutAnew() {
        DialectDetection detection = detection();
        known = Set.of(ONE, ALL);
        assertThat(failure(detection, ASKING)).isEmpty();

        known = Set.of(ONE);
        assertThat(failure(detection, ASKING)).hasValueSatisfying(DialectDetectionTest::isAFaultThatMayPass);
        known = Set.of(ONE, ALL);
        assertThat(failure(detection, ASKING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_1);
        assertThat(asked).doesNotContain(ONE);
    }

    @Test
    void aCombinerThatKnowsNeitherPollIsToldSoAndAskedBothAgain() {
        DialectDetection detection = detection();
        for (int i = 0; i < 2; i++) {
            assertThat(failure(detection, ASKING))
                    .hasValueSatisfying(error ->
                            assertThat(error).hasMessageContaining("what answers is not a Scaleout Edge combiner"));
        }
        assertThat(asked).containsExactly(ALL, ONE, ALL, ONE);

        known = Set.of(ONE);
        assertThat(failure(detection, ASKING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_0);
    }

    @Test
    void aPollForWhichTheFirstGenerationHasNoCallProvesNothing() {
        DialectDetection detection = detection();
        assertThat(failure(detection, SKIPPING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_0);

        known = Set.of(ALL);
        assertThat(failure(detection, SKIPPING)).isEmpty();
        assertThat(detection.dialect()).isEqualTo(Dialects.V1_1);
    }

    @Test
    void whatTheHostHasSetStays() {
        DialectDetection first = DialectDetection.of(Dialects.V1_0, polls());
        known = Set.of(ALL);
        assertThat(failure(first, ASKING))
                .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo(ErrorCode.UNIMPLEMENTED));
        assertThat(detected(first)).isEqualTo(Dialects.V1_0);

        DialectDetection second = DialectDetection.of(Dialects.V1_1, polls());
        known = Set.of(ONE);
        assertThat(failure(second, ASKING)).isPresent();
        assertThat(detected(second)).isEqualTo(Dialects.V1_1);
        assertThat(asked).containsExactly(ONE, ALL);
    }

    private static void isAFaultThatMayPass(EdgeException error) {
        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error.retryable()).isTrue();
    }

    /** Knows the polls that the test says. */
    private final class Combiner extends CombinerClientGrpc.CombinerClientImplBase {

        @Override
        public void pollAndReport(ActivityReport report, StreamObserver<TaskRequest> answer) {
            answer(ONE, TaskRequest.getDefaultInstance(), answer);
        }

        @Override
        public void pollAndReportAsync(ClientReport report, StreamObserver<CombinerDirective> answer) {
            answer(ALL, CombinerDirective.getDefaultInstance(), answer);
        }

        private <T> void answer(String call, T value, StreamObserver<T> to) {
            asked.add(call);
            if (known.contains(call)) {
                to.onNext(value);
                to.onCompleted();
            } else {
                to.onError(Status.UNIMPLEMENTED
                        .withDescription("HTTP status code 404")
                        .asRuntimeException());
            }
        }
    }
}
