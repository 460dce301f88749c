package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files. No message quotes a file's content. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519", "Ed448");

    private Pem() {}

    /** Whether the file holds PEM and not a key store. */
    static boolean isPem(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    static byte[] read(String what, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new EdgeException(
                    ErrorCode.IO,
                    what + " " + file + " cannot be read (" + e.getClass().getSimpleName()
                            + "); check the path and that this user may read it",
                    e);
        }
    }

    /** All certificates of a file, in their order. */
    static List<X509Certificate> certificates(String what, Path file) {
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(read(what, file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw unusable(what, file, "has a damaged certificate (" + Failures.describe(e) + ")", CERTIFICATES, e);
        }
        throw unusable(what, file, "has no certificate", CERTIFICATES, null);
    }

    private static final String CERTIFICATES = "expected PEM: -----BEGIN CERTIFICATE----- and so on";

    static PrivateKey privateKey(String what, Path file) {
        Matcher key = KEY.matcher(new String(read(what, file), StandardCharsets.ISO_8859_1));
        if (!key.find()) {
            throw unusable(
                    what, file, "has no private key", "expected PEM: -----BEGIN PRIVATE KEY----- and so on", null);
        }
        if (!key.group(1).equals("PRIVATE KEY")) {
            throw unusable(
                    what,
                    file,
                    "is in the form " + key.group(1),
                    "bring it into the form PRIVATE KEY: openssl pkcs8 -topk8 -nodes -in OLD -out NEW",
                    null);
        }
        return decoded(what, file, key.group(2));
    }

    private static PrivateKey decoded(String what, Path file, String base64) {
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw unusable(what, file, "is damaged", "copy it again", null);
        }
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (GeneralSecurityException anotherKind) {
                // The next one, then.
            }
        }
        throw unusable(what, file, "is damaged or of an unknown kind", "expected one of " + KEY_KINDS, null);
    }

    static EdgeException unusable(
            String what, Path file, String wrong, String cure, @org.jspecify.annotations.Nullable Throwable cause) {
        return new EdgeException(ErrorCode.FAILED_PRECONDITION, what + " " + file + " " + wrong + "; " + cure, cause);
    }
}
