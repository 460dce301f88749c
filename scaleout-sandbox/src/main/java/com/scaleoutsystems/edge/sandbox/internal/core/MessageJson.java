package com.scaleoutsystems.edge.sandbox.internal.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows protobuf messages as JSON with the field names of the protocol; fields at their default are absent. */
public final class MessageJson {
    private MessageJson() {}

    public static String write(Message message) {
        return ServerJson.write(object(message));
    }

    private static Map<String, Object> object(Message message) {
        Map<String, Object> object = new LinkedHashMap<>();
        message.getAllFields().forEach((field, value) -> object.put(field.getName(), field(field, value)));
        return object;
    }

    private static Object field(FieldDescriptor field, Object value) {
        if (field.isRepeated() && value instanceof List<?> elements) {
            return elements.stream().map(MessageJson::element).toList();
        }
        return element(value);
    }

    private static Object element(Object value) {
        if (value instanceof Timestamp timestamp) {
            return instant(timestamp).toString();
        } else if (value instanceof UInt32Value number) {
            return Integer.toUnsignedLong(number.getValue());
        } else if (value instanceof Message message) {
            return object(message);
        } else if (value instanceof EnumValueDescriptor constant) {
            return constant.getName();
        } else if (value instanceof ByteString bytes) {
            return bytes.toByteArray();
        }
        return value;
    }

    public static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
