package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a poll has room for, at a server that takes messages of 4 MiB. */
@Timeout(60)
class PollCallsTest {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new CombinerClientGrpc.CombinerClientImplBase() {
                    @Override
                    public void pollAndReportAsync(ClientReport report, StreamObserver<CombinerDirective> answer) {
                        report.getReportsList().stream()
                                .map(ActivityReport::getCorrelationId)
                                .forEach(told::add);
                        answer.onNext(CombinerDirective.getDefaultInstance());
                        answer.onCompleted();
                    }
                })
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    private List<TaskReport> poll(List<TaskReport> reports) {
        CallIdentity caller = new CallIdentity(new ClientIdentity("c", "c", "1.1.0"), Bearer.fixed(Optional.empty()));
        UnaryCalls<CombinerClientStub> calls = new UnaryCalls<>(
                CombinerClientGrpc.newStub(channel).withCallCredentials(caller), Duration.ofSeconds(30));
        return new PollCalls(calls, "c")
                .all(new Poll(reports, Duration.ofSeconds(5), false))
                .toCompletableFuture()
                .join()
                .told();
    }

    private static TaskReport report(String id, String response) {
        return new TaskReport(id, "COMPLETED", true, response, null, null);
    }

    @Test
    void idsOutsideAsciiCountByTheirBytes() {
        List<TaskReport> left = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String id = i + "€".repeat(21_000);
            ids.add(id);
            left.add(report(id, ""));
        }

        int polls = 0;
        while (!left.isEmpty()) {
            left.removeAll(poll(left));
            polls++;
        }

        assertThat(told).containsExactlyElementsOf(ids);
        assertThat(polls).isEqualTo(3);
    }

    @Test
    void theLongestAnswerOfTheLongestIdFits() {
        TaskReport longest = report("€".repeat(21_845), "x".repeat(TaskReport.MOST_TEXT))
                .announcing("€".repeat(1_000), "parameters");

        assertThat(poll(List.of(longest, report("next", "")))).containsExactly(longest);
    }
}
