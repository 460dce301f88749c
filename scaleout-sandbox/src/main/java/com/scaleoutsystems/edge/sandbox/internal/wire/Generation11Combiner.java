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
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
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
        if (!recorded("PollAndReportAsync", request, observer)) {
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
        acknowledge("SendBacklogReport", request, observer, "Backlog report received");
    }

    @Override
    public StreamObserver<TelemetryRecord> streamTelemetryRecord(StreamObserver<RecordAck> acks) {
        return records("StreamTelemetryRecord", TelemetryRecord::getTelemetryId, acks);
    }

    @Override
    public StreamObserver<AttributeRecord> streamAttributeRecord(StreamObserver<RecordAck> acks) {
        return records("StreamAttributeRecord", AttributeRecord::getAttributeId, acks);
    }

    @Override
    public StreamObserver<InferenceResult> streamInferenceResult(StreamObserver<RecordAck> acks) {
        return records("StreamInferenceResult", InferenceResult::getInferenceResultId, acks);
    }

    private <R extends Message> StreamObserver<R> records(
            String rpc, Function<R, String> id, StreamObserver<RecordAck> acks) {
        Caller caller = Caller.current();
        return new RecordStream<>(
                record -> recorder().record(rpc, caller, record),
                id,
                (ServerCallStreamObserver<RecordAck>) acks,
                state().settings().recordAckBatch(),
                state().settings().recordAckDelay(),
                timer);
    }
}
