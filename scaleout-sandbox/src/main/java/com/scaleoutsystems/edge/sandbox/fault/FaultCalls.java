package com.scaleoutsystems.edge.sandbox.fault;

import java.util.List;
import java.util.Set;

/** The calls of the protocol, and which kinds of faults fit them. */
final class FaultCalls {
    private static final Set<String> RECORD_STREAMS =
            Set.of("StreamTelemetryRecord", "StreamAttributeRecord", "StreamInferenceResult");
    private static final Set<String> TASK_SOURCES = Set.of("PollAndReportAsync", "PollAndReport", "TaskStream");

    static final List<String> ALL = List.of(
            "POST /api/v1/clients/add",
            "POST /api/v1/clients/enroll",
            "POST /api/v1/clients/token",
            "POST /api/auth/refresh",
            "Announce",
            "PollAndReportAsync",
            "PollAndReport",
            "TaskStream",
            "SendModelUpdate",
            "SendModelValidation",
            "SendModelPrediction",
            "SendModelMetric",
            "SendAttributeMessage",
            "SendTelemetryMessage",
            "SendBacklogReport",
            "SendStatus",
            "SendHeartbeat",
            "StreamTelemetryRecord",
            "StreamAttributeRecord",
            "StreamInferenceResult",
            "Upload",
            "Download");

    private FaultCalls() {}

    static boolean isKnown(String call) {
        return isGroup(call) || ALL.contains(call);
    }

    private static boolean isGroup(String call) {
        return Set.of(Fault.COMBINER, Fault.API, Fault.ANYWHERE).contains(call);
    }

    private static boolean isApi(String call) {
        return call.equals(Fault.API) || call.contains("/");
    }

    /** Whether some call of the group, or this call, can suffer from the kind of fault. */
    static boolean fits(FaultKind kind, String call) {
        if (kind.strikesConnections()) {
            return isGroup(call);
        }
        Set<String> calls = calls(kind);
        return calls.isEmpty() || call.equals(Fault.ANYWHERE) || call.equals(Fault.COMBINER) || calls.contains(call);
    }

    static boolean hasCode(String call, boolean http) {
        return call.equals(Fault.ANYWHERE) || isApi(call) == http;
    }

    /** The calls that a kind is about; empty if it fits all. */
    private static Set<String> calls(FaultKind kind) {
        return switch (kind) {
            case WRONG_CHECKSUM, MISSING_CHECKSUM, TRUNCATED_DOWNLOAD -> Set.of("Download");
            case REFUSED_UPLOAD -> Set.of("Upload");
            case DOUBLED_ACKNOWLEDGEMENT, WRONG_ACKNOWLEDGEMENT -> RECORD_STREAMS;
            case DOUBLED_TASK, REORDERED_TASK, GARBAGE_TASK -> TASK_SOURCES;
            default -> Set.of();
        };
    }
}
