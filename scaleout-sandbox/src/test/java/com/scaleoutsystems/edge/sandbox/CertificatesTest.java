package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.sandbox.network.SandboxCertificate;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sandbox with TLS, and what its servers show. */
class CertificatesTest {
    private final Sandbox sandbox = Sandbox.builder().tls(true).start();

    @AfterEach
    void close() {
        sandbox.close();
    }

    @ParameterizedTest
    @EnumSource
    void clientsThatTrustTheAuthorityAcceptOnlyItsGoodCertificates(SandboxCertificate kind) throws IOException {
        assertThat(announce("localhost")).isEqualTo(Status.Code.OK);
        assertThat(announce("127.0.0.1")).isEqualTo(Status.Code.OK);
        assertThat(join()).contains("\"grpc_secure\": true");

        sandbox.changeCertificate(kind);

        if (kind == SandboxCertificate.TRUSTED) {
            assertThat(announce("localhost")).isEqualTo(Status.Code.OK);
            assertThat(join()).contains("\"port\": " + sandbox.grpcPort());
        } else {
            assertThat(announce("localhost")).isEqualTo(Status.Code.UNAVAILABLE);
            assertThatThrownBy(this::join).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void certificatesHoldWhatStrictClientsAskFor() throws GeneralSecurityException {
        X509Certificate authority = sandbox.certificateAuthority();

        authority.verify(authority.getPublicKey());
        authority.checkValidity();
        assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(authority.getKeyUsage()[5]).isTrue();
        assertThat(authority.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(authority.getNonCriticalExtensionOIDs()).containsExactly("2.5.29.14");
    }

    @Test
    void sandboxWithoutTlsHasNoAuthority() {
        try (Sandbox plain = Sandbox.builder().start()) {
            assertThat(plain.restUri().getScheme()).isEqualTo("http");
            assertThatThrownBy(plain::certificateAuthority)
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("tls(true)");
            assertThatThrownBy(() -> plain.changeCertificate(SandboxCertificate.EXPIRED))
                    .isInstanceOf(EdgeException.class);
        }
    }

    private Status.Code announce(String host) throws IOException {
        Metadata identity = new Metadata();
        identity.put(ScriptedClient.key("client-id"), "c-1");
        ManagedChannel channel = NettyChannelBuilder.forAddress(host, sandbox.grpcPort())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(sandbox.certificateAuthority())
                        .build())
                .build();
        try {
            CombinerClientGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(identity))
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .announce(ClientAnnounceRequest.newBuilder()
                            .setClientId("c-1")
                            .setType("Connect")
                            .build());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } finally {
            channel.shutdownNow();
        }
    }

    private String join() throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", sandbox.certificateAuthority());
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            URI uri = sandbox.restUri().resolve("/api/v1/clients/add");
            return HttpClient.newBuilder()
                    .sslContext(context)
                    .build()
                    .send(
                            HttpRequest.newBuilder(uri)
                                    .POST(BodyPublishers.ofString("{\"name\": \"a\", \"package\": \"local\"}"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
