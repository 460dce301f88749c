package com.scaleoutsystems.edge.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The compiled protocol is the union of the released ones.
 *
 * <p>Both are written as a map from the place of an element (a field's place is its number) to all that the wire or a
 * generated name depends on, so that two of them can be compared element by element.
 */
class DescriptorTest {
    private static final FileDescriptor COMPILED = ScaleoutProto.getDescriptor();

    @ParameterizedTest
    @MethodSource("releases")
    void eachElementOfAReleaseIsTheSameInTheCompiledProtocol(Release release) {
        assertThat(without(release.elements(), compiled()))
                .as("released, but not compiled")
                .isEmpty();
    }

    @Test
    void nothingIsInTheCompiledProtocolThatNoReleaseHas() throws Exception {
        Map<String, String> released = new TreeMap<>();
        for (Release release : releases()) {
            released.putAll(release.elements());
        }
        assertThat(without(compiled(), released))
                .as("compiled, but not released")
                .isEmpty();
    }

    @Test
    void noReleaseGivesTheNumberOfAnotherReleaseToAnotherElement() throws Exception {
        Map<String, String> released = new TreeMap<>();
        for (Release release : releases()) {
            release.elements().forEach((place, element) -> {
                String earlier = released.putIfAbsent(place, element);
                assertThat(earlier == null ? element : earlier)
                        .as("%s in release %s", place, release)
                        .isEqualTo(element);
            });
        }
    }

    @Test
    void theCompiledProtocolUsesNothingThatTheReleasedDescriptorsCannotShow() {
        assertThat(COMPILED.getExtensions()).isEmpty();
        for (Descriptor message : COMPILED.getMessageTypes()) {
            assertThat(message.getRealOneofs()).as(message.getFullName()).isEmpty();
            assertThat(message.getNestedTypes()).as(message.getFullName()).isEmpty();
            assertThat(message.getEnumTypes()).as(message.getFullName()).isEmpty();
            assertThat(message.getExtensions()).as(message.getFullName()).isEmpty();
        }
    }

    private record Release(String name, Map<String, String> elements) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Release> releases() {
        List<Release> releases = Vectors.ofKind("descriptor")
                .map(vector -> {
                    String readable = vector.node().at("/expect/readable").asText(vector.file());
                    JsonNode json = Vectors.json(readable);
                    return new Release(json.get("release").asText(), released(json));
                })
                .toList();
        assertThat(releases).extracting(Release::name).contains("1.0.0", "1.0.2", "1.1.0");
        return releases;
    }

    @Test
    void theReleasedSetOfDescriptorsSaysTheSameAsItsReadableForm() throws Exception {
        Vectors.Vector vector = Vectors.ofKind("descriptor")
                .filter(candidate -> candidate.node().at("/expect").has("readable"))
                .findFirst()
                .orElseThrow();
        Map<String, FileDescriptor> files = new TreeMap<>();
        for (FileDescriptorProto file :
                FileDescriptorSet.parseFrom(Vectors.bytes(vector.file())).getFileList()) {
            FileDescriptor[] imports =
                    file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
            files.put(file.getName(), FileDescriptor.buildFrom(file, imports));
        }
        JsonNode readable = Vectors.json(vector.node().at("/expect/readable").textValue());

        assertThat(elements(files.get(readable.get("file").textValue()))).isEqualTo(released(readable));
    }

    private static Map<String, String> released(JsonNode json) {
        Map<String, String> elements = new TreeMap<>();
        put(elements, "package", json.get("package").asText());
        put(elements, "syntax", json.get("syntax").asText());
        for (JsonNode dependency : json.get("dependencies")) {
            put(elements, "import " + dependency.asText(), "");
        }
        for (JsonNode message : json.get("messages")) {
            String name = message.get("name").asText();
            put(elements, "message " + name, "");
            for (JsonNode field : message.get("fields")) {
                put(
                        elements,
                        "field %s %d".formatted(name, field.get("number").asInt()),
                        field(
                                field.get("name").asText(),
                                field.get("type").asText(),
                                field.get("type_name").asText(""),
                                field.get("repeated").asBoolean(),
                                field.get("optional_presence").asBoolean(),
                                field.get("json_name").asText()));
            }
        }
        for (JsonNode enumeration : json.get("enums")) {
            String name = enumeration.get("name").asText();
            put(elements, "enum " + name, "");
            for (JsonNode value : enumeration.get("values")) {
                put(
                        elements,
                        "value %s %d".formatted(name, value.get("number").asInt()),
                        value.get("name").asText());
            }
        }
        for (JsonNode service : json.get("services")) {
            put(
                    elements,
                    "service " + service.get("name").asText(),
                    service.get("full_name").asText());
            for (JsonNode method : service.get("methods")) {
                put(
                        elements,
                        "method " + method.get("path").asText(),
                        method(
                                method.get("name").asText(),
                                method.get("request").asText(),
                                method.get("client_streaming").asBoolean(),
                                method.get("response").asText(),
                                method.get("server_streaming").asBoolean()));
            }
        }
        return elements;
    }

    private static Map<String, String> compiled() {
        return elements(COMPILED);
    }

    private static Map<String, String> elements(FileDescriptor protocol) {
        Map<String, String> elements = new TreeMap<>();
        put(elements, "package", protocol.getPackage());
        put(elements, "syntax", protocol.toProto().getSyntax());
        for (FileDescriptor dependency : protocol.getDependencies()) {
            put(elements, "import " + dependency.getName(), "");
        }
        for (Descriptor message : protocol.getMessageTypes()) {
            put(elements, "message " + message.getName(), "");
            for (FieldDescriptor field : message.getFields()) {
                put(
                        elements,
                        "field %s %d".formatted(message.getName(), field.getNumber()),
                        field(
                                field.getName(),
                                field.getType().name().toLowerCase(Locale.ROOT),
                                typeName(field),
                                field.isRepeated(),
                                field.toProto().getProto3Optional(),
                                field.getJsonName()));
            }
        }
        for (EnumDescriptor enumeration : protocol.getEnumTypes()) {
            put(elements, "enum " + enumeration.getName(), "");
            for (EnumValueDescriptor value : enumeration.getValues()) {
                put(elements, "value %s %d".formatted(enumeration.getName(), value.getNumber()), value.getName());
            }
        }
        for (ServiceDescriptor service : protocol.getServices()) {
            put(elements, "service " + service.getName(), service.getFullName());
            for (MethodDescriptor method : service.getMethods()) {
                put(
                        elements,
                        "method /%s/%s".formatted(service.getFullName(), method.getName()),
                        method(
                                method.getName(),
                                method.getInputType().getFullName(),
                                method.isClientStreaming(),
                                method.getOutputType().getFullName(),
                                method.isServerStreaming()));
            }
        }
        return elements;
    }

    private static String typeName(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            default -> "";
        };
    }

    private static String field(
            String name, String type, String typeName, boolean repeated, boolean optional, String jsonName) {
        return "name=%s type=%s typeName=%s repeated=%s optional=%s json=%s"
                .formatted(name, type, typeName, repeated, optional, jsonName);
    }

    private static String method(
            String name, String request, boolean clientStreaming, String response, boolean serverStreaming) {
        return "name=%s request=%s streamed=%s response=%s streamed=%s"
                .formatted(name, request, clientStreaming, response, serverStreaming);
    }

    private static Map<String, String> without(Map<String, String> elements, Map<String, String> others) {
        Map<String, String> rest = new TreeMap<>(elements);
        rest.entrySet().removeAll(others.entrySet());
        return rest;
    }

    private static void put(Map<String, String> elements, String place, String element) {
        assertThat(elements.put(place, element)).as("%s is there once", place).isNull();
    }
}
