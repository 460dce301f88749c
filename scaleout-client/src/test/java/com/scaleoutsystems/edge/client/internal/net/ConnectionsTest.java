package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TestApi;
import com.scaleoutsystems.edge.client.network.TestAuthority;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import javax.net.ssl.SSLException;
import mockwebserver3.MockResponse;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionsTest {

    private static final ClientInterceptor NO_JUDGE = new ClientInterceptor() {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return next.newCall(method, options);
        }
    };

    @TempDir
    Path folder;

    private static Connections connections(CombinerTls tls) {
        return new Connections(NetworkProfile.defaults().withCombinerTls(tls), new SystemEnv());
    }

    private static GrpcConnectionOptions combiner(TlsMode tls) {
        return GrpcConnectionOptions.of("h", 1).withTls(tls);
    }

    @Test
    void tlsToTheCombinerIsChosenAsTheReferenceChoosesIt() {
        int checked = 0;
        for (JsonNode row : Vectors.part("urls/urls", "grpc_tls")) {
            JsonNode setting = row.get("env_SCALEOUT_GRPC_SECURE");
            JsonNode assigned = row.get("combiner_grpc_secure");
            CombinerTls tls = setting.isNull()
                    ? CombinerTls.AS_ASSIGNED
                    : setting.asBoolean() ? CombinerTls.REQUIRED : CombinerTls.IF_ASSIGNED;
            TlsMode said =
                    assigned.isNull() ? TlsMode.UNSPECIFIED : assigned.asBoolean() ? TlsMode.TLS : TlsMode.PLAINTEXT;

            assertThat(connections(tls).isSecure(combiner(said)))
                    .as("%s", row)
                    .isEqualTo(row.get("tls").asBoolean());
            checked++;
        }
        assertThat(checked).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, false", "true, true"})
    void nettyOffersNoEventsOfItsBuffersUnlessTheProgramWantsThem(@Nullable String set, String expected) {
        String property = "io.grpc.netty.shaded.io.netty.jfr.enabled";
        if (set == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, set);
        }
        try {
            SystemEnv env = new SystemEnv();
            connections(CombinerTls.OFF)
                    .channel(
                            combiner(TlsMode.PLAINTEXT),
                            NO_JUDGE,
                            new Traffic(),
                            new Bandwidth(OptionalLong.empty(), env))
                    .shutdownNow();

            assertThat(System.getProperty(property)).isEqualTo(expected);
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void onlyOffGoesBelowWhatTheAssignmentAsksFor() {
        assertThat(connections(CombinerTls.OFF).isSecure(combiner(TlsMode.TLS))).isFalse();
    }

    @Test
    void redirectsAreFollowedOnTheSameServerOnly() throws IOException {
        try (TestApi api = TestApi.plain();
                TestApi other = TestApi.plain()) {
            api.on("/there", 200, Map.of("at", "home"));
            api.on("/near", request -> redirect(api.uri() + "/there"));
            api.on("/far", request -> redirect("http://127.0.0.1:" + other.port() + "/there"));
            api.on("/door", request -> redirect(other.uri() + "/there"));
            OkHttpClient http = new Connections(NetworkProfile.defaults(), new SystemEnv()).http(api.uri());

            try (Response near = post(http, api.uri() + "/near")) {
                assertThat(near.code()).isEqualTo(200);
            }
            assertThat(api.requests("/there").get(0).getBody().utf8()).isEqualTo("secret");
            assertThatThrownBy(() -> post(http, api.uri() + "/far")).hasMessageContaining("not followed");
            assertThatThrownBy(() -> post(http, api.uri() + "/door"))
                    .hasMessageContaining(other.uri() + ", which is not followed");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void redirectToTlsOnTheSameHostIsFollowedWithTheProfilesCertificates() throws IOException {
        TestAuthority authority = new TestAuthority("Test CA");
        try (TestApi plain = TestApi.plain();
                TestApi secure = TestApi.secure(authority.server());
                TestApi unknown = TestApi.secure(new TestAuthority("Other CA").server())) {
            secure.on("/there", 200, Map.of("at", "home"));
            plain.on("/near", request -> redirect("https://" + plain.uri().getHost() + ":" + secure.port() + "/there"));
            plain.on(
                    "/unknown",
                    request -> redirect("https://" + plain.uri().getHost() + ":" + unknown.port() + "/there"));
            OkHttpClient http = new Connections(
                            NetworkProfile.defaults()
                                    .withTls(
                                            TlsSettings.defaults().withTrustedCertificates(authority.rootFile(folder))),
                            new SystemEnv())
                    .http(plain.uri());

            try (Response near = post(http, plain.uri() + "/near")) {
                assertThat(near.code()).isEqualTo(200);
            }
            assertThat(secure.requests("/there").get(0).getBody().utf8()).isEqualTo("secret");
            assertThatThrownBy(() -> post(http, plain.uri() + "/unknown")).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void redirectFromTlsToAnotherPortIsNotFollowed() throws IOException {
        TestAuthority authority = new TestAuthority("Test CA");
        try (TestApi api = TestApi.secure(authority.server());
                TestApi other = TestApi.secure(authority.server())) {
            api.on("/door", request -> redirect(other.uri() + "/there"));
            OkHttpClient http = new Connections(
                            NetworkProfile.defaults()
                                    .withTls(
                                            TlsSettings.defaults().withTrustedCertificates(authority.rootFile(folder))),
                            new SystemEnv())
                    .http(api.uri());

            assertThatThrownBy(() -> post(http, api.uri() + "/door")).hasMessageContaining("not followed");
            assertThat(other.requests()).isEmpty();
        }
    }

    private static MockResponse redirect(String to) {
        return new MockResponse.Builder().code(307).setHeader("Location", to).build();
    }

    private static Response post(OkHttpClient http, String url) throws IOException {
        return http.newCall(new Request.Builder()
                        .url(url)
                        .post(RequestBody.create("secret", null))
                        .build())
                .execute();
    }
}
