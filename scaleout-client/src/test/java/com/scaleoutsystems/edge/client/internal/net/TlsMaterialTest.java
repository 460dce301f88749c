package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with keys and certificates, good ones and such as people have. */
class TlsMaterialTest {

    @TempDir
    Path folder;

    private final HeldCertificate own = new HeldCertificate.Builder().build();
    private Path certificate;
    private Path key;

    @BeforeEach
    void writeFiles() throws IOException {
        certificate = Files.writeString(folder.resolve("own.pem"), own.certificatePem());
        key = Files.writeString(folder.resolve("own-key.pem"), own.privateKeyPkcs8Pem());
    }

    private static void refused(TlsSettings settings, ErrorCode code, String... words) {
        assertThatThrownBy(() -> TlsMaterial.load(settings))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(code))
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void keysOfBothKindsAreRead(String kind) throws IOException {
        HeldCertificate pair = kind.equals("RSA")
                ? new HeldCertificate.Builder().rsa2048().build()
                : new HeldCertificate.Builder().ecdsa256().build();
        Path chain = Files.writeString(folder.resolve("c.pem"), pair.certificatePem());
        Path secret = Files.writeString(folder.resolve("k.pem"), pair.privateKeyPkcs8Pem());

        TlsMaterial material = TlsMaterial.load(TlsSettings.defaults().withClientCertificate(chain, secret));

        assertThat(material.context()).isNotNull();
    }

    @Test
    void keyStoresAreReadToo() throws IOException, GeneralSecurityException {
        Path store = folder.resolve("own.p12");
        KeyStore written = KeyStore.getInstance("PKCS12");
        written.load(null, null);
        written.setKeyEntry(
                "own", own.keyPair().getPrivate(), "secret".toCharArray(), new Certificate[] {own.certificate()});
        written.setCertificateEntry("trusted", own.certificate());
        try (OutputStream out = Files.newOutputStream(store)) {
            written.store(out, "secret".toCharArray());
        }

        TlsMaterial material = TlsMaterial.load(
                TlsSettings.defaults().withTrustStore(store, "secret").withClientKeyStore(store, "secret"));

        assertThat(material.trustManager().getAcceptedIssuers()).containsExactly(own.certificate());
        refused(TlsSettings.defaults().withTrustStore(store, "wrong"), ErrorCode.FAILED_PRECONDITION, "password");
        refused(TlsSettings.defaults().withClientKeyStore(store, "wrong"), ErrorCode.FAILED_PRECONDITION, "password");
    }

    @Test
    void aFileThatIsNotThereIsNamedWhenTheClientIsBuilt() {
        TlsSettings tls = TlsSettings.defaults().withTrustedCertificates(folder.resolve("gone.pem"));

        assertThatThrownBy(() -> EdgeClient.builder()
                        .stateless()
                        .network(NetworkProfile.defaults().withTls(tls))
                        .build())
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContainingAll("gone.pem", "check the path");
    }

    @Test
    void filesWithoutWhatTheyShouldHoldAreNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        Path cut = Files.writeString(
                folder.resolve("cut.pem"), own.certificatePem().substring(0, 200) + "\n-----END CERTIFICATE-----\n");

        refused(TlsSettings.defaults().withTrustedCertificates(text), ErrorCode.FAILED_PRECONDITION, "text.pem");
        refused(
                TlsSettings.defaults().withTrustedCertificates(key),
                ErrorCode.FAILED_PRECONDITION,
                "own-key.pem has",
                "BEGIN CERTIFICATE");
        refused(TlsSettings.defaults().withTrustedCertificates(cut), ErrorCode.FAILED_PRECONDITION, "damaged");
        refused(
                TlsSettings.defaults().withClientCertificate(certificate, certificate),
                ErrorCode.FAILED_PRECONDITION,
                "has no private key");
    }

    @Test
    void aKeyInAnotherFormIsToldHowToBeConverted() throws IOException {
        Path old = Files.writeString(
                folder.resolve("old.pem"), own.privateKeyPkcs8Pem().replace("PRIVATE KEY", "RSA PRIVATE KEY"));

        refused(
                TlsSettings.defaults().withClientCertificate(certificate, old),
                ErrorCode.FAILED_PRECONDITION,
                "RSA PRIVATE KEY",
                "openssl pkcs8");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        Path other = Files.writeString(
                folder.resolve("other.pem"),
                new HeldCertificate.Builder().build().privateKeyPkcs8Pem());

        refused(
                TlsSettings.defaults().withClientCertificate(certificate, other),
                ErrorCode.FAILED_PRECONDITION,
                "does not belong to the certificate");
    }
}
