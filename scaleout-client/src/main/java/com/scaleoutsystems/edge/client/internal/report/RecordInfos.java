package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordKind;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import java.util.Optional;

/** What listeners are told of a record. */
final class RecordInfos {

    private RecordInfos() {}

    static RecordInfo of(OutboxRecord record) {
        RecordBody body = record.body();
        String key = "";
        String payload = null;
        if (body instanceof RecordBody.Telemetry telemetry) {
            key = telemetry.key();
            payload = telemetry.payload();
        } else if (body instanceof RecordBody.Attribute attribute) {
            key = attribute.key();
            payload = attribute.payload();
        } else if (body instanceof RecordBody.Inference inference) {
            key = inference.key();
            payload = inference.payload();
        }
        return new RecordInfo(
                record.id(), messageName(record.kind()), record.priorityClass(), key, Optional.ofNullable(payload));
    }

    /** The name of the message that a kind travels as: {@code TELEMETRY_RECORD} is a {@code TelemetryRecord}. */
    static String messageName(RecordKind kind) {
        StringBuilder name = new StringBuilder();
        for (String word : kind.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return name.toString();
    }
}
