package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestApiTest {
    private static final String ADD = "/api/v1/clients/add";
    private static final Map<String, Object> ALPHA =
            Map.of("name", "alpha", "client_id", "a-1", "package", "local", "client_version", "1.1.0");

    @Test
    void clientIsAssignedToTheCombiner() {
        try (Sandbox sandbox = Sandbox.builder().helperType("someHelper").start()) {
            Map<String, Object> body = new HashMap<>(ALPHA);
            body.put("preferred_combiner", null);
            RestClient.Answer answer = new RestClient(sandbox).post(ADD, "None", body);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .containsExactly(
                            Map.entry("status", "assigned"),
                            Map.entry("client_id", "a-1"),
                            Map.entry("public_hostname", "127.0.0.1"),
                            Map.entry("internal_hostname", "127.0.0.1"),
                            Map.entry("port", sandbox.grpcPort()),
                            Map.entry("package", "local"),
                            Map.entry("helper_type", "someHelper"),
                            Map.entry("grpc_secure", false));
        }
    }

    @Test
    void requestIsRecordedWithHeadersAndBody() {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            new RestClient(sandbox).post(ADD, "secret-token", ALPHA);

            List<RecordedCall> calls = sandbox.recording().calls("POST " + ADD);
            assertThat(calls).hasSize(1);
            assertThat(calls.get(0).status()).isEqualTo("200");
            assertThat(calls.get(0).clientId()).isEqualTo("a-1");
            assertThat(calls.get(0).metadata()).containsEntry("authorization", "Bearer secret-token");
            assertThat(ServerJson.object(calls.get(0).json())).isEqualTo(ALPHA);
            assertThat(calls.get(0).toString()).doesNotContain("secret-token");
        }
    }

    @Test
    void clientWithoutIdGetsOne() {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            RestClient.Answer answer =
                    new RestClient(sandbox).post(ADD, "", Map.of("name", "alpha", "package", "remote"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("client_id")).hasSize(36);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"package\": \"local\"}                                           | Field name is missing",
                "{\"name\": \"\", \"package\": \"local\"}                           | Field name must not be empty",
                "{\"name\": 7, \"package\": \"local\"}                              | Field name must be a text, not 7",
                "{\"name\": \"a\"}                                                  | Field package is missing",
                "{\"name\": \"a\", \"package\": \"zip\"}                            | Field package must be local or remote",
                "{\"name\": \"a\", \"package\": \"local\", \"client_id\": [1]}      | Field client_id must be a text, not [1]",
                "{\"name\": \"a\", \"package\": \"local\", \"preferred_combiner\": {}} | Field preferred_combiner must be a text, not {}",
                "{\"name\": \"a\", \"package\": \"local\", \"client_version\": 1.1} | Field client_version must be a text, not 1.1",
                "[]                                                                 | Body is not a JSON object",
                "null                                                               | Body is not a JSON object",
                "{not json                                                          | Body is not a JSON object",
            })
    void badBodyIsRefusedWithTheReason(String body, String reason) {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            RestClient.Answer answer = new RestClient(sandbox).send("POST", ADD, "", body);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("message")).startsWith(reason);
            assertThat(sandbox.recording().calls("POST " + ADD).get(0).status()).isEqualTo("400");
        }
    }

    @Test
    void missingComputePackageIsToldWith203() {
        try (Sandbox sandbox = Sandbox.builder().requireComputePackage(true).start()) {
            RestClient.Answer answer = new RestClient(sandbox).post(ADD, "", ALPHA);

            assertThat(answer.status()).isEqualTo(203);
            assertThat(answer.text("message")).isNotEmpty();
        }
    }

    @Test
    void incompatibleVersionIsRefusedWith406() {
        try (Sandbox sandbox =
                Sandbox.builder().incompatibleVersions("1.0.9", "1.1.0").start()) {
            RestClient.Answer answer = new RestClient(sandbox).post(ADD, "", ALPHA);

            assertThat(answer.status()).isEqualTo(406);
            assertThat(answer.text("message")).contains("1.1.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/clients", "/api/v1/clients/add/more", "/api/v2/clients/add"})
    void unknownPathIsNotFound(String path) {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            RestClient.Answer answer = new RestClient(sandbox).post(path, "", ALPHA);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text("message")).contains(path);
        }
    }

    @Test
    void otherMethodThanPostIsRefused() {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            assertThat(new RestClient(sandbox).send("GET", ADD, "", "").status())
                    .isEqualTo(405);
        }
    }

    @Test
    void hugeBodyIsRefused() {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            String body = "{\"name\": \"" + "x".repeat(1 << 20) + "\"}";
            assertThat(new RestClient(sandbox).send("POST", ADD, "", body).status())
                    .isEqualTo(413);
        }
    }
}
