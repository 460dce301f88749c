package com.scaleoutsystems.edge.benchmarks.worker;

import com.google.protobuf.Timestamp;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends telemetry over a plain gRPC stream, with at most 256 records that are not acknowledged. */
public final class BareTelemetry {
    private static final int WINDOW = 256;

    private BareTelemetry() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        ManagedChannel connection = BareChannel.open(arguments);
        Channel channel = BareChannel.with(connection, Map.of());
        Measured.run(arguments, (input, watch, told) -> {
            int records = Integer.parseInt(input);
            watch.start();
            send(channel, records);
            watch.stop();
        });
        System.exit(0);
    }

    private static void send(Channel channel, int records) throws InterruptedException {
        Acks acks = new Acks(records);
        StreamObserver<TelemetryRecord> out =
                CombinerClientGrpc.newStub(channel).streamTelemetryRecord(acks);
        for (int i = 0; i < records; i++) {
            acks.window.acquire();
            Instant now = Instant.now();
            out.onNext(TelemetryRecord.newBuilder()
                    .setClientId("benchmark-bare")
                    .setTelemetryId(Integer.toString(i))
                    .setKey("benchmark")
                    .setPayload("{\"value\": " + i + "}")
                    .setTimestamp(Timestamp.newBuilder()
                            .setSeconds(now.getEpochSecond())
                            .setNanos(now.getNano()))
                    .build());
        }
        if (!acks.left.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(acks.left.getCount() + " records were not acknowledged");
        }
        out.onCompleted();
    }

    private static final class Acks implements StreamObserver<RecordAck> {
        final Semaphore window = new Semaphore(WINDOW);
        final CountDownLatch left;

        Acks(int records) {
            this.left = new CountDownLatch(records);
        }

        @Override
        public void onNext(RecordAck ack) {
            window.release(ack.getRecordIdsCount());
            for (int i = 0; i < ack.getRecordIdsCount(); i++) {
                left.countDown();
            }
        }

        @Override
        public void onError(Throwable failure) {
            failure.printStackTrace();
        }

        @Override
        public void onCompleted() {}
    }
}
