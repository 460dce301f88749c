package com.scaleoutsystems.edge.client.network;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/** A certificate authority in memory: a root, an intermediate, and what they sign. */
public final class TestAuthority {

    private final HeldCertificate root;
    private final HeldCertificate intermediate;

    public TestAuthority(String name) {
        root = new HeldCertificate.Builder()
                .commonName(name + " root")
                .certificateAuthority(1)
                .build();
        intermediate = new HeldCertificate.Builder()
                .commonName(name + " intermediate")
                .certificateAuthority(0)
                .signedBy(root)
                .build();
    }

    /** A key with its certificate and the certificates that lead to the root, which is not among them. */
    public record Identity(HeldCertificate own, List<X509Certificate> intermediates, X509Certificate root) {

        public String chainPem() {
            return Stream.concat(Stream.of(own.certificate()), intermediates.stream())
                    .map(okhttp3.tls.Certificates::certificatePem)
                    .collect(Collectors.joining());
        }

        /** What a server shows; unlike a key store's it takes any certificates, whether one leads to the next or not. */
        X509ExtendedKeyManager keyManager() {
            return new Shown(
                    own.keyPair().getPrivate(),
                    Stream.concat(Stream.of(own.certificate()), intermediates.stream())
                            .toArray(X509Certificate[]::new));
        }

        /** For a server that trusts clients of the authority. */
        SSLSocketFactory socketFactory() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                X509TrustManager clients = new HandshakeCertificates.Builder()
                        .addTrustedCertificate(root)
                        .build()
                        .trustManager();
                context.init(new KeyManager[] {keyManager()}, new TrustManager[] {clients}, null);
                return context.getSocketFactory();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Sends one more certificate, which is not its own. */
        Identity alsoSending(X509Certificate extra) {
            return new Identity(
                    own, Stream.concat(intermediates.stream(), Stream.of(extra)).toList(), root);
        }

        Identity withoutIntermediates() {
            return new Identity(own, List.of(), root);
        }
    }

    private static final class Shown extends X509ExtendedKeyManager {

        private static final String ALIAS = "own";

        private final PrivateKey key;
        private final X509Certificate[] chain;

        Shown(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        private @Nullable String alias(String keyType) {
            return keyType.equals(key.getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return alias(keyType);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return alias(keyType);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    /** For this machine. */
    public Identity server() {
        return signed(name("localhost"));
    }

    Identity serverFor(String host) {
        return signed(name(host));
    }

    Identity expired() {
        Instant now = Instant.now();
        return signed(name("localhost")
                .validityInterval(
                        now.minus(Duration.ofDays(30)).toEpochMilli(),
                        now.minus(Duration.ofDays(1)).toEpochMilli()));
    }

    Identity notYetValid() {
        Instant now = Instant.now();
        return signed(name("localhost")
                .validityInterval(
                        now.plus(Duration.ofDays(1)).toEpochMilli(),
                        now.plus(Duration.ofDays(30)).toEpochMilli()));
    }

    Identity client() {
        return signed(new HeldCertificate.Builder().commonName("client-1"));
    }

    private static HeldCertificate.Builder name(String host) {
        HeldCertificate.Builder builder =
                new HeldCertificate.Builder().commonName(host).addSubjectAlternativeName(host);
        return host.equals("localhost")
                ? builder.addSubjectAlternativeName("127.0.0.1").addSubjectAlternativeName("::1")
                : builder;
    }

    private Identity signed(HeldCertificate.Builder builder) {
        return new Identity(
                builder.signedBy(intermediate).build(), List.of(intermediate.certificate()), root.certificate());
    }

    X509Certificate rootCertificate() {
        return root.certificate();
    }

    public InputStream rootPem() {
        return stream(root.certificatePem());
    }

    /** Writes the root's certificate where a profile can name it. */
    public Path rootFile(Path folder) {
        return write(folder.resolve("root.pem"), root.certificatePem());
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }
}
