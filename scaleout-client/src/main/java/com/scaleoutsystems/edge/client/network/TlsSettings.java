package com.scaleoutsystems.edge.client.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the client trusts and what it shows when a connection is encrypted; for REST, token calls and gRPC alike. Files are read
 * when the client is built.
 *
 * @param trust certificates to trust in place of the JVM's own: a file of PEM certificates, or a PKCS#12 or JKS store
 * @param trustPassword the store's password; empty for PEM
 * @param certificate the client's certificate with its intermediates, for servers that ask for one (mTLS): a file of PEM
 *     certificates, or a PKCS#12 or JKS store that holds the key too
 * @param privateKey the key of the certificate, PEM of PKCS#8 without a password; empty if the certificate is in a store
 * @param keyPassword the password of the client's store; empty for PEM
 * @param pins if there are any, one of them must match a certificate of the server's chain: {@code sha256/} and the base64 of the
 *     SHA-256 of its SubjectPublicKeyInfo
 */
public record TlsSettings(
        Optional<Path> trust,
        String trustPassword,
        Optional<Path> certificate,
        Optional<Path> privateKey,
        String keyPassword,
        List<String> pins) {

    private static final String PIN_PREFIX = "sha256/";
    private static final int SHA_256_BYTES = 32;

    /**
     * Checks that the parts fit together.
     *
     * @param trust certificates to trust in place of the JVM's own: a file of PEM certificates, or a PKCS#12 or JKS store
     * @param trustPassword the store's password; empty for PEM
     * @param certificate the client's certificate with its intermediates: a file of PEM certificates, or a store with the key
     * @param privateKey the key of the certificate, PEM of PKCS#8 without a password; empty if the certificate is in a store
     * @param keyPassword the password of the client's store; empty for PEM
     * @param pins {@code sha256/} and the base64 of the SHA-256 of a SubjectPublicKeyInfo
     */
    public TlsSettings {
        Objects.requireNonNull(trust, "trust");
        Objects.requireNonNull(trustPassword, "trustPassword");
        Objects.requireNonNull(keyPassword, "keyPassword");
        if (privateKey.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException("there is a private key without a certificate; give both");
        }
        pins = List.copyOf(pins);
        pins.forEach(TlsSettings::checkPin);
    }

    private static void checkPin(String pin) {
        try {
            if (pin.startsWith(PIN_PREFIX)
                    && Base64.getDecoder().decode(pin.substring(PIN_PREFIX.length())).length == SHA_256_BYTES) {
                return;
            }
        } catch (IllegalArgumentException notBase64) {
            // Told below.
        }
        throw new IllegalArgumentException("the pin is " + pin
                + "; expected sha256/ and the base64 of the SHA-256 of a public key (44 characters)");
    }

    /**
     * The JVM's trusted certificates, no client certificate, no pins.
     *
     * @return the defaults
     */
    public static TlsSettings defaults() {
        return new TlsSettings(Optional.empty(), "", Optional.empty(), Optional.empty(), "", List.of());
    }

    /**
     * These settings, trusting these certificates only.
     *
     * @param pem a file with one or more PEM certificates, usually the roots of one's own authority
     * @return the changed copy
     */
    public TlsSettings withTrustedCertificates(Path pem) {
        return new TlsSettings(Optional.of(pem), "", certificate, privateKey, keyPassword, pins);
    }

    /**
     * These settings, trusting the certificates of a store only.
     *
     * @param store a PKCS#12 or JKS file
     * @param password its password
     * @return the changed copy
     */
    public TlsSettings withTrustStore(Path store, String password) {
        return new TlsSettings(Optional.of(store), password, certificate, privateKey, keyPassword, pins);
    }

    /**
     * These settings with a client certificate.
     *
     * @param chainPem a file with the certificate, followed by its intermediates if there are any
     * @param keyPem a file with its key: {@code BEGIN PRIVATE KEY} (PKCS#8), RSA, EC or Ed25519
     * @return the changed copy
     */
    public TlsSettings withClientCertificate(Path chainPem, Path keyPem) {
        return new TlsSettings(trust, trustPassword, Optional.of(chainPem), Optional.of(keyPem), "", pins);
    }

    /**
     * These settings with a client certificate and its key from a store.
     *
     * @param store a PKCS#12 or JKS file
     * @param password the password of store and key
     * @return the changed copy
     */
    public TlsSettings withClientKeyStore(Path store, String password) {
        return new TlsSettings(trust, trustPassword, Optional.of(store), Optional.empty(), password, pins);
    }

    /**
     * These settings with one more pin.
     *
     * @param pin {@code sha256/} and the base64 of the SHA-256 of a SubjectPublicKeyInfo
     * @return the changed copy
     */
    public TlsSettings withPin(String pin) {
        List<String> more = new ArrayList<>(pins);
        more.add(pin);
        return new TlsSettings(trust, trustPassword, certificate, privateKey, keyPassword, more);
    }

    @Override
    public String toString() {
        return "TlsSettings[trust=" + trust + ", certificate=" + certificate + ", privateKey=" + privateKey + ", pins="
                + pins + "]";
    }
}
