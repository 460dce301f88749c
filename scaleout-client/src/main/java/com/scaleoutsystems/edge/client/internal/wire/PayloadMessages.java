package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.proto.AttributeElem;
import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.TelemetryElem;
import com.scaleoutsystems.edge.proto.TelemetryMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Telemetry and attributes for combiners without streams: their messages hold the values of the payload, and not its JSON text. */
final class PayloadMessages {

    /** The key under which a plain value travels in a payload. */
    private static final String SINGLE_VALUE = "value";

    private PayloadMessages() {}

    /** A record of measurements as a message of its own, which holds numbers only. The reference client leaves its id empty. */
    static TelemetryMessage telemetry(String clientId, RecordBody.Telemetry record) {
        TelemetryMessage.Builder message = TelemetryMessage.newBuilder()
                .setClientId(clientId)
                .setTimestamp(Messages.timestamp(record.timestamp()));
        Json.readObject("the payload", record.payload()).forEach((name, value) -> {
            if (value instanceof Number number) {
                message.addTelemetries(TelemetryElem.newBuilder()
                        .setKey(elementKey(record.key(), name))
                        .setValue(number.floatValue()));
            }
        });
        if (message.getTelemetriesCount() == 0) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the payload of telemetry " + record.key()
                            + " holds no number, and this combiner takes nothing else");
        }
        return message.build();
    }

    private static String elementKey(String key, String name) {
        if (key.isEmpty()) {
            return name;
        }
        return name.equals(SINGLE_VALUE) ? key : key + "." + name;
    }

    /** One fact as a message of its own, which holds texts only. */
    static AttributeMessage attributes(String clientId, RecordBody.Attribute record) {
        Map<String, @Nullable Object> payload = Json.readObject("the payload", record.payload());
        boolean single = payload.size() == 1 && payload.containsKey(SINGLE_VALUE);
        String text = single ? text(payload.get(SINGLE_VALUE)) : record.payload();
        return AttributeMessage.newBuilder()
                .setClientId(clientId)
                .setTimestamp(Messages.timestamp(record.timestamp()))
                .addAttributes(AttributeElem.newBuilder().setKey(record.key()).setValue(text))
                .build();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : Json.write("the value", value);
    }
}
