package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.AttributeRecord;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/** The combiner of generation 1.1: many tasks at a time, record streams. */
public final class Generation11Combiner extends Combiner {
    private final ScheduledExecutorService timer;

    public Generation11Combiner(SandboxState state, CallRecorder recorder, ScheduledExecutorService timer) {
        super(state, recorder);
        this.timer = timer;
    }

    @Override
    public void pollAndReportAsync(ClientReport request, StreamObserver<CombinerDirective> observer) {
        for (ActivityReport report : request.getReportsList()) {
            if (!report.getNodeId().equals(request.getClientId())) {
                refuse(
                        "PollAndReportAsync",
                        request,
                        observer,
                        "A report of client " + request.getClientId() + " names client " + report.getNodeId());
                return;
            }
        }
        if (!recorded("PollAndReportAsync", request, Generation11Combiner::reported, observer)) {
            return;
        }
        state().clients().connect(request.getClientId());
        answer(
                observer,
                CombinerDirective.newBuilder()
                        .addAllTasks(state().tasks()
                                .poll(request.getClientId(), request.getReportsList(), request.getSkipPollingTasks()))
                        .build());
    }

    @Override
    public void sendBacklogReport(BacklogReport request, StreamObserver<Response> observer) {
        acknowledge(
                "SendBacklogReport", request, Generation11Combiner::backlogReport, observer, "Backlog report received");
    }

    @Override
    public StreamObserver<TelemetryRecord> streamTelemetryRecord(StreamObserver<RecordAck> acks) {
        return records("StreamTelemetryRecord", TelemetryRecord::getTelemetryId, Generation11Combiner::telemetry, acks);
    }

    @Override
    public StreamObserver<AttributeRecord> streamAttributeRecord(StreamObserver<RecordAck> acks) {
        return records("StreamAttributeRecord", AttributeRecord::getAttributeId, Generation11Combiner::attribute, acks);
    }

    @Override
    public StreamObserver<InferenceResult> streamInferenceResult(StreamObserver<RecordAck> acks) {
        return records(
                "StreamInferenceResult",
                InferenceResult::getInferenceResultId,
                Generation11Combiner::inferenceResult,
                acks);
    }

    private <R extends Message> StreamObserver<R> records(
            String rpc, Function<R, String> id, CallRecorder.Reading<R> reading, StreamObserver<RecordAck> acks) {
        Caller caller = Caller.current();
        return new RecordStream<>(
                record -> recorder().record(rpc, caller, record, reading),
                id,
                (ServerCallStreamObserver<RecordAck>) acks,
                state().settings().recordAckBatch(),
                state().settings().recordAckDelay(),
                timer);
    }

    private static List<Recorded> reported(Instant time, ClientReport poll) {
        return poll.getReportsList().stream()
                .map(report -> RecordedMessages.report(time, poll.getClientId(), report))
                .toList();
    }

    private static List<Recorded> telemetry(Instant time, TelemetryRecord record) {
        return List.of(new Recorded.Telemetry(
                time,
                record.getClientId(),
                record.getTelemetryId(),
                record.getKey(),
                RecordedMessages.json("payload", record.getPayload()),
                record.getPayload(),
                RecordedMessages.instant(record.hasTimestamp(), record.getTimestamp())));
    }

    private static List<Recorded> attribute(Instant time, AttributeRecord record) {
        return List.of(new Recorded.Attribute(
                time,
                record.getClientId(),
                record.getAttributeId(),
                record.getKey(),
                RecordedMessages.json("payload", record.getPayload()),
                record.getPayload(),
                RecordedMessages.instant(record.hasTimestamp(), record.getTimestamp())));
    }

    private static List<Recorded> inferenceResult(Instant time, InferenceResult result) {
        return List.of(new Recorded.InferenceResult(
                time,
                result.getNodeId(),
                result.getInferenceResultId(),
                result.getKey(),
                RecordedMessages.json("payload", result.getPayload()),
                result.getPayload(),
                result.getInferenceId(),
                result.getModelId(),
                RecordedMessages.instant(result.hasTimestamp(), result.getTimestamp())));
    }

    private static List<Recorded> backlogReport(Instant time, BacklogReport backlog) {
        return List.of(new Recorded.BacklogReport(
                time,
                backlog.getClientId(),
                Integer.toUnsignedLong(backlog.getBacklogTotal()),
                Integer.toUnsignedLong(backlog.getBacklogDroppedTotal()),
                backlog.hasBacklogOldestAgeMs()
                        ? Duration.ofMillis(Math.round((double) backlog.getBacklogOldestAgeMs()))
                        : null));
    }
}
