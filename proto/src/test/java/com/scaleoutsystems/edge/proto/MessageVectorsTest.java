package com.scaleoutsystems.edge.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that the reference client serialized mean the same here, and are serialized to the same bytes. */
class MessageVectorsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** One serialized message. */
    record Row(JsonNode node) {

        byte[] bytes() {
            return Vectors.bytes(node.get("file").textValue());
        }

        Message parsed() throws ReflectiveOperationException {
            String name = node.get("message").textValue().replace("scaleout.", "");
            Class<?> generated = Class.forName("com.scaleoutsystems.edge.proto." + name);
            return (Message) generated.getMethod("parseFrom", byte[].class).invoke(null, bytes());
        }

        @Override
        public String toString() {
            return node.get("message").textValue() + " " + node.get("variant").textValue();
        }
    }

    static Stream<Row> rows() {
        return Vectors.ofKind("proto")
                .flatMap(vector -> StreamSupport.stream(
                        Vectors.json(vector.file()).get("messages").spliterator(), false))
                .map(Row::new);
    }

    @Test
    void everyReleasedMessageIsThere() {
        Set<String> messages = new TreeSet<>();
        rows().forEach(row -> messages.add(row.node().get("message").textValue()));

        assertThat(messages)
                .hasSize(25)
                .allSatisfy(name -> assertThat(
                                ScaleoutProto.getDescriptor().findMessageTypeByName(name.replace("scaleout.", "")))
                        .isNotNull());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachMessageHoldsWhatTheReferencePutIn(Row row) throws Exception {
        Message message = row.parsed();

        assertThat(json(message, false, false)).isEqualTo(row.node().get("json"));
        assertThat(json(message, true, false)).isEqualTo(row.node().get("json_camel"));
        JsonNode withDefaults = json(message, false, true);
        // The compiled protocol has fields of all releases; the reference's messages those of its own.
        row.node()
                .get("json_with_defaults")
                .properties()
                .forEach(field -> assertThat(withDefaults.get(field.getKey()))
                        .as(field.getKey())
                        .isEqualTo(field.getValue()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachMessageIsSerializedToTheSameBytes(Row row) throws Exception {
        Message message = row.parsed();

        assertThat(message.toByteArray()).isEqualTo(row.bytes());
        assertThat(message.getUnknownFields().asMap().keySet())
                .isEqualTo(
                        row.node().get("variant").textValue().equals("unknown-fields") ? Set.of(999, 1000) : Set.of());
    }

    /** The message in proto3 JSON, by the rules of its descriptor. */
    private static JsonNode json(Message message, boolean camel, boolean defaults) throws JsonProcessingException {
        // Through a text, so that numbers are what a parser makes of them.
        return MAPPER.readTree(MAPPER.writeValueAsString(value(message, camel, defaults)));
    }

    private static Object value(Object value, boolean camel, boolean defaults) {
        if (value instanceof List<?> list) {
            return list.stream().map(item -> value(item, camel, defaults)).toList();
        } else if (value instanceof Timestamp time) {
            return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
        } else if (value instanceof UInt32Value wrapped) {
            return Integer.toUnsignedLong(wrapped.getValue());
        } else if (value instanceof Message message) {
            return members(message, camel, defaults);
        } else if (value instanceof EnumValueDescriptor number) {
            return number.getIndex() < 0 ? number.getNumber() : number.getName();
        } else if (value instanceof ByteString bytes) {
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        } else if (value instanceof Integer number) {
            // Every integer of the protocol is unsigned.
            return Integer.toUnsignedLong(number);
        } else if (value instanceof Float number) {
            boolean plain = Float.isFinite(number) && Float.floatToRawIntBits(number) != Float.floatToRawIntBits(-0f);
            return plain ? (Object) Double.valueOf(number.toString()) : number.toString();
        }
        return value;
    }

    private static Map<String, Object> members(Message message, boolean camel, boolean defaults) {
        Map<String, Object> members = new LinkedHashMap<>();
        Descriptor type = message.getDescriptorForType();
        for (FieldDescriptor field : type.getFields()) {
            boolean there = field.hasPresence()
                    ? message.hasField(field)
                    : defaults || message.getAllFields().containsKey(field);
            if (there) {
                members.put(
                        camel ? field.getJsonName() : field.getName(), value(message.getField(field), camel, defaults));
            }
        }
        return members;
    }
}
