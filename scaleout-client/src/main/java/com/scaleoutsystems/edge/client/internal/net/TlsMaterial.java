package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The keys, certificates and pins of a profile, the same for REST, gRPC and the doctor. Checks and key choice are the JDK's. */
public final class TlsMaterial {

    private final KeyManager @Nullable [] keys;
    private final List<String> pins;
    private TrustManager @Nullable [] trust;

    private TlsMaterial(TrustManager @Nullable [] trust, KeyManager @Nullable [] keys, List<String> pins) {
        this.trust = trust;
        this.keys = keys;
        this.pins = pins;
    }

    /**
     * Reads the files that the settings name. The JVM's own certificates are read when they are needed, since that takes a while.
     *
     * @throws EdgeException IO or FAILED_PRECONDITION with what is wrong with which file
     */
    public static TlsMaterial load(TlsSettings settings) {
        try {
            return new TlsMaterial(
                    settings.trust().isPresent()
                            ? trust(trusted(settings.trust().get(), settings.trustPassword()), settings.pins())
                            : null,
                    keys(settings),
                    settings.pins());
        } catch (GeneralSecurityException e) {
            throw unusableJvm(e);
        }
    }

    private static EdgeException unusableJvm(GeneralSecurityException e) {
        return new EdgeException(
                ErrorCode.FAILED_PRECONDITION, "TLS cannot be set up in this JVM: " + Failures.describe(e), e);
    }

    private synchronized TrustManager[] trust() {
        if (trust == null) {
            try {
                // Without a store of its own the factory takes the JVM's trusted certificates.
                trust = trust(null, pins);
            } catch (GeneralSecurityException e) {
                throw unusableJvm(e);
            }
        }
        return trust;
    }

    /** What certificates are checked with. */
    public X509TrustManager trustManager() {
        return first(trust());
    }

    private static X509ExtendedTrustManager first(TrustManager[] managers) {
        return Arrays.stream(managers)
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() ->
                        new EdgeException(ErrorCode.FAILED_PRECONDITION, "this JVM has no trust manager for X.509"));
    }

    /** For connections by the JDK. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unusableJvm(e);
        }
    }

    /** For connections by gRPC. */
    ChannelCredentials credentials() {
        TlsChannelCredentials.Builder builder =
                TlsChannelCredentials.newBuilder().trustManager(trust());
        return (keys == null ? builder : builder.keyManager(keys)).build();
    }

    private static TrustManager[] trust(@Nullable KeyStore store, List<String> pins) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        TrustManager[] managers = factory.getTrustManagers();
        return pins.isEmpty() ? managers : new TrustManager[] {new PinnedTrust(first(managers), pins)};
    }

    private static KeyStore trusted(Path file, String password) throws GeneralSecurityException {
        String what = "the file of trusted certificates";
        if (!Pem.isPem(Pem.read(what, file))) {
            return store(what, file, password);
        }
        KeyStore store = empty();
        List<X509Certificate> certificates = Pem.certificates(what, file);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("trusted-" + i, certificates.get(i));
        }
        return store;
    }

    private static KeyManager @Nullable [] keys(TlsSettings settings) throws GeneralSecurityException {
        if (settings.certificate().isEmpty()) {
            return null;
        }
        Path file = settings.certificate().get();
        char[] password = settings.keyPassword().toCharArray();
        KeyStore store = settings.privateKey().isPresent()
                ? pair(file, settings.privateKey().get())
                : store("the client's key store", file, settings.keyPassword());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore pair(Path certificateFile, Path keyFile) throws GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates("the client certificate", certificateFile);
        PrivateKey key = Pem.privateKey("the client's key", keyFile);
        if (!belongTogether(key, chain.get(0))) {
            throw Pem.unusable(
                    "the client's key",
                    keyFile,
                    "does not belong to the certificate in " + certificateFile,
                    "give the key that the certificate was made for, and the client's own certificate first in its file",
                    null);
        }
        KeyStore store = empty();
        store.setKeyEntry("client", key, new char[0], chain.toArray(new X509Certificate[0]));
        return store;
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = "some text".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException keysOfDifferentKinds) {
            return false;
        }
    }

    private static KeyStore store(String what, Path file, String password) {
        try {
            return KeyStore.getInstance(file.toFile(), password.toCharArray());
        } catch (IOException | GeneralSecurityException e) {
            throw Pem.unusable(
                    what,
                    file,
                    "cannot be opened (" + Failures.describe(e) + ")",
                    "check its password, and that it is a PKCS#12 or JKS store or a PEM file",
                    e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
        return store;
    }
}
