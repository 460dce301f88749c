package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that the client trusts and its own certificate, for REST calls, token calls and gRPC. The client reads the files
 * when it is built.
 *
 * <p>Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TlsSettings {

    private static final String PIN_PREFIX = "sha256/";
    private static final int SHA_256_BYTES = 32;

    private static final TlsSettings DEFAULTS = new TlsSettings(new Values());

    private final Values values;

    private TlsSettings(Values values) {
        this.values = values;
    }

    private TlsSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TlsSettings(copy);
    }

    /** The values with their defaults. An object of settings never changes the object that it was made with. */
    private static final class Values {

        @Nullable
        Path trust;

        String trustPassword = "";

        @Nullable
        Path certificate;

        @Nullable
        Path privateKey;

        String keyPassword = "";
        List<String> pins = List.of();

        Values() {}

        Values(Values other) {
            trust = other.trust;
            trustPassword = other.trustPassword;
            certificate = other.certificate;
            privateKey = other.privateKey;
            keyPassword = other.keyPassword;
            pins = other.pins;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("trust", trust)
                    .withSecret("trustPassword", trustPassword)
                    .with("certificate", certificate)
                    .with("privateKey", privateKey)
                    .withSecret("keyPassword", keyPassword)
                    .with("pins", pins);
        }
    }

    /**
     * The JVM's trusted certificates, no client certificate, no pins.
     *
     * @return the defaults
     */
    public static TlsSettings defaults() {
        return DEFAULTS;
    }

    /**
     * The certificates that the client trusts in place of the JVM's own.
     *
     * @return a file of PEM certificates, or a PKCS#12 or JKS store, if one is set
     */
    public Optional<Path> trust() {
        return Optional.ofNullable(values.trust);
    }

    /**
     * The password of the store of trusted certificates.
     *
     * @return the password; empty for PEM
     */
    public String trustPassword() {
        return values.trustPassword;
    }

    /**
     * The client's certificate with its intermediates, for servers that ask for one (mTLS).
     *
     * @return a file of PEM certificates, or a PKCS#12 or JKS store that also contains the key, if one is set
     */
    public Optional<Path> certificate() {
        return Optional.ofNullable(values.certificate);
    }

    /**
     * The key of the certificate, if it is not in a store.
     *
     * @return a PEM file with a PKCS#8 key without a password, if one is set
     */
    public Optional<Path> privateKey() {
        return Optional.ofNullable(values.privateKey);
    }

    /**
     * The password of the client's store.
     *
     * @return the password; empty for PEM
     */
    public String keyPassword() {
        return values.keyPassword;
    }

    /**
     * If there are pins, one of them must match the server's certificate, or an intermediate or root certificate on the path that
     * leads from it to a trusted one. Other certificates that the server sends do not count.
     *
     * @return {@code sha256/} and the base64 of the SHA-256 of a SubjectPublicKeyInfo, for each pin
     */
    public List<String> pins() {
        return values.pins;
    }

    /**
     * Trusts these certificates only.
     *
     * @param pem a file with one or more PEM certificates, usually the roots of a private authority
     * @return the changed copy
     */
    public TlsSettings withTrustedCertificates(Path pem) {
        return withTrustStore(pem, "");
    }

    /**
     * Trusts the certificates of a store only.
     *
     * @param store a PKCS#12 or JKS file
     * @param password its password
     * @return the changed copy
     */
    public TlsSettings withTrustStore(Path store, String password) {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(password, "password");
        return changed(copy -> {
            copy.trust = store;
            copy.trustPassword = password;
        });
    }

    /**
     * Trusts the JVM's own certificates.
     *
     * @return the changed copy
     */
    public TlsSettings withJvmTrust() {
        return changed(copy -> {
            copy.trust = null;
            copy.trustPassword = "";
        });
    }

    /**
     * Shows a client certificate.
     *
     * @param chainPem a file with the certificate, followed by its intermediates if there are any
     * @param keyPem a file with its key: {@code BEGIN PRIVATE KEY} (PKCS#8), RSA, EC or Ed25519
     * @return the changed copy
     */
    public TlsSettings withClientCertificate(Path chainPem, Path keyPem) {
        Objects.requireNonNull(chainPem, "chainPem");
        Objects.requireNonNull(keyPem, "keyPem");
        return changed(copy -> {
            copy.certificate = chainPem;
            copy.privateKey = keyPem;
            copy.keyPassword = "";
        });
    }

    /**
     * Shows a client certificate from a store that also contains its key.
     *
     * @param store a PKCS#12 or JKS file
     * @param password the password of store and key
     * @return the changed copy
     */
    public TlsSettings withClientKeyStore(Path store, String password) {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(password, "password");
        return changed(copy -> {
            copy.certificate = store;
            copy.privateKey = null;
            copy.keyPassword = password;
        });
    }

    /**
     * Shows no client certificate.
     *
     * @return the changed copy
     */
    public TlsSettings withoutClientCertificate() {
        return changed(copy -> {
            copy.certificate = null;
            copy.privateKey = null;
            copy.keyPassword = "";
        });
    }

    /**
     * Adds a pin.
     *
     * @param pin {@code sha256/} and the base64 of the SHA-256 of a SubjectPublicKeyInfo
     * @return the changed copy
     */
    public TlsSettings withPin(String pin) {
        checkPin(pin);
        List<String> more = new ArrayList<>(values.pins);
        more.add(pin);
        return changed(copy -> copy.pins = List.copyOf(more));
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
     * Removes all pins.
     *
     * @return the changed copy
     */
    public TlsSettings withoutPins() {
        return changed(copy -> copy.pins = List.of());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TlsSettings" + values.named();
    }
}
