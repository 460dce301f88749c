package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.TaskRequest;

/** Makes messages that are too large. */
final class Oversized {
    private Oversized() {}

    /** The message with so many more bytes in the first of its fields that takes them. */
    static Message inflated(Message message, long bytes) {
        int size = (int) Math.min(bytes, Integer.MAX_VALUE / 2);
        if (message instanceof CombinerDirective directive) {
            return directive.toBuilder()
                    .addTasks(TaskRequest.newBuilder().setData("x".repeat(size)))
                    .build();
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            Object value = switch (field.getJavaType()) {
                case STRING -> "x".repeat(size);
                case BYTE_STRING -> ByteString.copyFrom(new byte[size]);
                default -> "";
            };
            if (!"".equals(value)) {
                Message.Builder builder = message.toBuilder();
                return (field.isRepeated() ? builder.addRepeatedField(field, value) : builder.setField(field, value))
                        .build();
            }
        }
        return message;
    }
}
