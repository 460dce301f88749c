package com.scaleoutsystems.edge.client.internal.wire;

import com.google.protobuf.Timestamp;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders the SDK's terms into messages of the wire, and back; records have {@link RecordMessages}. */
final class Messages {

    private Messages() {}

    static ClientAnnounceRequest announcement(ClientIdentity client, Announcement what) {
        ClientAnnounceRequest.Builder request = ClientAnnounceRequest.newBuilder()
                .setClientId(client.clientId())
                .setType(what.wireName());
        if (what == Announcement.VERSION_CHECK) {
            request.setParameters(Json.write("parameters", Map.of("client-version", client.version())));
        }
        return request.build();
    }

    static Hello hello(Announcement asked, Response answer, CallIdentity credentials) {
        if (asked != Announcement.VERSION_CHECK) {
            return new Hello(true, "", credentials.said(answer.getResponse()));
        }
        Map<String, @Nullable Object> parameters =
                Json.readObject("the answer to the version check", answer.getParameters());
        return new Hello(
                Boolean.TRUE.equals(parameters.get("success")),
                credentials.said(Json.text(parameters, "version")),
                credentials.said(answer.getResponse()));
    }

    static TaskRequest taskRequest(com.scaleoutsystems.edge.proto.TaskRequest message) {
        return TaskRequest.of(message.getCorrelationId(), message.getType())
                .withModelId(message.getModelId())
                .withSessionId(message.getSessionId())
                .withRoundId(message.getRoundId())
                .withData(message.getData())
                .withStatus(message.getStatus());
    }

    static ActivityReport activityReport(String clientId, TaskReport report) {
        ActivityReport.Builder message = ActivityReport.newBuilder()
                .setNodeId(clientId)
                .setCorrelationId(report.correlationId())
                .setStatus(report.status())
                .setDone(report.done())
                .setResponse(report.response());
        if (report.startedAt() != null) {
            message.setStartedAt(timestamp(report.startedAt()));
        }
        if (report.completedAt() != null) {
            message.setCompletedAt(timestamp(report.completedAt()));
        }
        TaskReport.Announcement announcement = report.announcement();
        if (announcement != null) {
            message.setCommandType(announcement.type());
            if (!announcement.parameters().isEmpty()) {
                message.setParameters(announcement.parameters());
            }
        }
        return message.build();
    }

    /** The report as the poll for one task has it: without times. */
    static ActivityReport singleReport(String clientId, TaskReport report) {
        return activityReport(clientId, report).toBuilder()
                .clearStartedAt()
                .clearCompletedAt()
                .clearCommandType()
                .clearParameters()
                .build();
    }

    /** An interval as messages hold it; the longest that fits if it is too long. */
    static int milliseconds(Duration interval) {
        boolean fits = interval.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
        return fits ? (int) interval.toMillis() : Integer.MAX_VALUE;
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
