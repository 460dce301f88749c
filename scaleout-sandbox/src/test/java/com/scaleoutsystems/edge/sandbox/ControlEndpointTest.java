package com.scaleoutsystems.edge.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.sandbox.fault.Direction;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control endpoint, with which tests in any language change the faults. */
class ControlEndpointTest {
    private static final int STRANGERS = 40;
    private static final int PATIENCE_MILLIS = 30_000;

    private final Sandbox sandbox = Sandbox.builder().controlPort(0).start();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");
    private final RestClient control = new RestClient(sandbox.control().uri());
    private final String token = sandbox.control().token();

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void faultIsAddedListedAndRemoved() {
        RestClient.Answer added = control.post(
                "/faults",
                token,
                Map.of("kind", "error", "code", "INTERNAL", "call", "PollAndReportAsync", "times", 2));

        assertThat(added.status()).isEqualTo(201);
        assertThat(added.body()).containsOnly(Map.entry("number", 1));
        assertThat(FaultsTest.failure(client::poll)).isEqualTo(Status.Code.INTERNAL);
        RestClient.Answer all = control.send("GET", "/faults", token, "");
        assertThat(all.body())
                .containsEntry("strikes", 1)
                .containsEntry(
                        "faults",
                        List.of(Map.of(
                                "number",
                                1,
                                "strikes",
                                1,
                                "kind",
                                "error",
                                "call",
                                "PollAndReportAsync",
                                "times",
                                2,
                                "code",
                                "INTERNAL")));
        assertThat(control.send("DELETE", "/faults/1", token, "").status()).isEqualTo(200);
        assertThat(FaultsTest.failure(client::poll)).isNull();
        control.post("/faults", token, Map.of("kind", "no-answer"));
        assertThat(control.send("DELETE", "/faults", token, "").status()).isEqualTo(200);
        assertThat(sandbox.faults().all()).isEmpty();
        assertThat(control.send("GET", "/story", token, "").body().get("story"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .extracting(event -> event.get("what"))
                .containsExactly(
                        "added 1: error INTERNAL, PollAndReportAsync, 2 times",
                        "error INTERNAL",
                        "removed 1",
                        "added 2: no-answer, anywhere",
                        "removed all");
    }

    @Test
    void allFieldsAreRead() {
        control.send(
                "POST",
                "/faults",
                token,
                "{\"kind\": \"half-open\", \"call\": \"api\", \"times\": 3, \"duration_ms\": 1500, \"skip\": 2,"
                        + " \"probability\": 0.5, \"bytes\": 7, \"direction\": \"to-client\"}");
        control.send("POST", "/faults", token, "{\"kind\": \"late-answer\", \"client\": \"c-9\", \"delay_ms\": 20}");
        control.send("POST", "/faults", token, "{\"kind\": \"lost-answer\", \"code\": \"502\"}");

        assertThat(sandbox.faults().all().values())
                .containsExactly(
                        Fault.halfOpen(7)
                                .withCall(Fault.API)
                                .withTimes(3)
                                .withDuration(Duration.ofMillis(1500))
                                .withSkip(2)
                                .withProbability(0.5)
                                .withDirection(Direction.TO_CLIENT),
                        Fault.lateAnswer(Duration.ofMillis(20)).withClient("c-9"),
                        Fault.lostAnswer("502"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kind\": \"flood\"}                                     | There is no kind of fault flood",
                "{}                                                        | There is no kind of fault",
                "{\"kind\": \"error\"}                                     | needs a code",
                "{\"kind\": \"error\", \"code\": \"NOT_A_CODE\"}           | NOT_A_CODE",
                "{\"kind\": \"reset\", \"code\": \"INTERNAL\"}             | has no code",
                "{\"kind\": \"reset\", \"time\": 1}                        | There is no field [time]",
                "{\"kind\": \"reset\", \"times\": \"1\"}                   | Field times must be a whole number",
                "{\"kind\": \"reset\", \"times\": 3000000000}              | overflow",
                "{\"kind\": \"reset\", \"times\": 0}                       | at least 1 time",
                "{\"kind\": \"no-answer\", \"call\": \"Nothing\"}          | There is no call Nothing",
                "{\"kind\": \"latency\", \"direction\": \"up\"}            | Field direction",
                "{\"kind\": \"late-answer\", \"delay_ms\": 9000000000000000} | The delay must be",
                "{\"kind\": \"oversized-answer\", \"bytes\": 99999999}     | has at most",
                "[]                                                        | not a JSON object",
            })
    void faultThatMakesNoSenseIsRefused(String body, String reason) {
        RestClient.Answer answer = control.send("POST", "/faults", token, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("message")).contains(reason);
        assertThat(sandbox.faults().all()).isEmpty();
    }

    @Test
    void certificateOfASandboxWithoutTlsCannotChange() {
        assertThat(control.post("/faults", token, Map.of("kind", "changed-certificate"))
                        .status())
                .isEqualTo(409);
        assertThat(control.send("POST", "/actions/change-certificate", token, "")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void actionsAreDone() {
        int port = sandbox.grpcPort();

        RestClient.Answer moved = control.send("POST", "/actions/move-combiner", token, "");

        assertThat(moved.status()).isEqualTo(200);
        assertThat(sandbox.grpcPort()).isNotEqualTo(port);
        assertThat(moved.text("grpc")).isEqualTo("127.0.0.1:" + sandbox.grpcPort());
        assertThat(control.send("GET", "/story", token, "").body().toString())
                .contains("the combiner is at port " + sandbox.grpcPort());
        assertThat(control.send("POST", "/actions/nothing", token, "").status()).isEqualTo(404);
        assertThat(control.send("GET", "/nothing", token, "").status()).isEqualTo(404);
    }

    @Test
    void whatIsNotThereIsNotRemoved() {
        assertThat(control.send("DELETE", "/faults/77", token, "").status()).isEqualTo(404);
    }

    @Test
    void tokensOfASandboxWithoutThemCannotEnd() {
        for (String kind : List.of("expired-tokens", "revoked-tokens")) {
            assertThat(control.post("/faults", token, Map.of("kind", kind)).status())
                    .isEqualTo(409);
        }
        for (String action : List.of("expire-tokens", "revoke-tokens")) {
            assertThat(control.send("POST", "/actions/" + action, token, "").status())
                    .isEqualTo(409);
        }
    }

    @Test
    void whoRevokesTheTokensGetsNewOnes() {
        try (Sandbox careful =
                Sandbox.builder().authentication(true).controlPort(0).start()) {
            String old = careful.tokens().apiKey();
            RestClient.Answer revoked = new RestClient(careful.control().uri())
                    .send("POST", "/actions/revoke-tokens", careful.control().token(), "");

            assertThat(revoked.body().get("tokens"))
                    .asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
                    .containsOnlyKeys("refresh", "enrollment", "api_key")
                    .hasEntrySatisfying("api_key", fresh -> {
                        assertThat(added(careful, fresh)).isNotEqualTo(401);
                        assertThat(added(careful, old)).isEqualTo(401);
                    });
        }
    }

    private static int added(Sandbox sandbox, String credential) {
        return new RestClient(sandbox.restUri())
                .post("/api/v1/clients/add", credential, Map.of("name", "c", "client_id", "c"))
                .status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "None"})
    void nothingIsDoneWithoutTheToken(String wrong) {
        for (String request : List.of("POST /faults", "GET /faults", "GET /story", "DELETE /faults", "GET /nothing")) {
            String[] parts = request.split(" ");
            RestClient.Answer answer = control.send(parts[0], parts[1], wrong, "{\"kind\": \"no-answer\"}");

            assertThat(answer.status()).as(request).isEqualTo(401);
            assertThat(answer.body()).containsOnlyKeys("message");
        }
        assertThat(sandbox.faults().all()).isEmpty();
        assertThat(sandbox.faults().story()).isEmpty();
    }

    /** The answer comes before the body, so that strangers hold no threads. */
    @Test
    void bodyOfAStrangerIsNotWaitedFor() throws IOException {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < STRANGERS; i++) {
                Socket stranger = new Socket(
                        InetAddress.getLoopbackAddress(),
                        sandbox.control().uri().getPort());
                stranger.setSoTimeout(PATIENCE_MILLIS);
                stranger.getOutputStream()
                        .write("POST /faults HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                                .getBytes(US_ASCII));
                strangers.add(stranger);
            }
            for (Socket stranger : strangers) {
                byte[] status = stranger.getInputStream().readNBytes("HTTP/1.1 401".length());
                assertThat(new String(status, US_ASCII)).isEqualTo("HTTP/1.1 401");
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** It reads the answer after it has sent everything. */
    @Test
    void largeBodyOfAStrangerIsRefusedLikeASmallOne() throws IOException {
        try (Socket stranger = new Socket(
                InetAddress.getLoopbackAddress(), sandbox.control().uri().getPort())) {
            stranger.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = stranger.getOutputStream();
            out.write("POST /faults HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n".getBytes(US_ASCII));
            out.write(new byte[9_000_000]);

            assertThat(new String(stranger.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 401")
                    .contains("needs its token");
        }
    }

    @Test
    void endpointListensOnLoopbackOnlyAndHasATokenOfItsOwn() throws IOException {
        int port = sandbox.control().uri().getPort();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : network.inetAddresses().toList()) {
                if (!address.isLoopbackAddress()) {
                    assertThatThrownBy(() -> new Socket(address, port).close())
                            .as(address.toString())
                            .isInstanceOf(IOException.class);
                }
            }
        }
        try (Sandbox another = Sandbox.builder().controlPort(0).start()) {
            assertThat(another.control().token()).hasSize(43).isNotEqualTo(token);
        }
        assertThat(sandbox.control().toString()).doesNotContain(token);
    }

    @Test
    void sandboxHasNoEndpointIfNobodyAsksForOne() {
        try (Sandbox plain = Sandbox.builder().start()) {
            assertThatThrownBy(plain::control).isInstanceOf(EdgeException.class).hasMessageContaining("controlPort(0)");
        }
    }

    @Test
    void kindsHaveNamesOfTheirOwnWhichThePageExplains() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "testing.md"));
        for (FaultKind kind : FaultKind.values()) {
            assertThat(FaultKind.parse(kind.text())).isEqualTo(kind);
            assertThat(page).containsPattern("(?m)^\\|[^|]*`" + kind.text() + "`[^|]*\\|");
        }
    }
}
