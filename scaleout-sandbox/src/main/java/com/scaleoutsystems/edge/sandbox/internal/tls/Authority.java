package com.scaleoutsystems.edge.sandbox.internal.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;

/** A certificate authority, which lives as long as its sandbox. The JDK has no API for making certificates. */
final class Authority {
    private static final Duration LONG = Duration.ofDays(3_650);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int SERIAL_BITS = 64;
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));
    private static final byte[] COMMON_NAME = Der.oid(2, 5, 4, 3);
    private static final byte[] SUBJECT_KEY = Der.oid(2, 5, 29, 14);
    private static final byte[] KEY_USAGE = Der.oid(2, 5, 29, 15);
    private static final byte[] ALTERNATIVE_NAME = Der.oid(2, 5, 29, 17);
    private static final byte[] BASIC_CONSTRAINTS = Der.oid(2, 5, 29, 19);
    private static final byte[] AUTHORITY_KEY = Der.oid(2, 5, 29, 35);
    private static final byte[] EXTENDED_USAGE = Der.oid(2, 5, 29, 37);
    private static final byte[] SERVER_AUTHENTICATION = Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1);
    private static final int VERSION = 0xA0;
    private static final int EXTENSIONS = 0xA3;
    private static final int KEY_IDENTIFIER = 0x80;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final byte[] SIGNS_CERTIFICATES = Der.bits(1, new byte[] {0x06});
    private static final byte[] SIGNS_MESSAGES = Der.bits(7, new byte[] {(byte) 0x80});

    private final SecureRandom random = new SecureRandom();
    private final byte[] name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    Authority(String name) {
        this.name = name(name);
        try {
            this.keys = keyPair();
            Instant now = Instant.now();
            this.certificate = signed(
                    this.name,
                    keys.getPublic(),
                    now.minus(DAY),
                    now.plus(LONG),
                    extension(BASIC_CONSTRAINTS, Der.yes(), Der.sequence(Der.yes())),
                    extension(KEY_USAGE, Der.yes(), SIGNS_CERTIFICATES),
                    extension(SUBJECT_KEY, new byte[0], Der.octets(identifier(keys.getPublic()))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has elliptic curves", e);
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Makes a certificate of a server on this machine. */
    Identity server() {
        return server(Instant.now().plus(LONG), "localhost");
    }

    Identity expired() {
        return server(Instant.now().minus(Duration.ofHours(1)), "localhost");
    }

    Identity otherHost() {
        return server(Instant.now().plus(LONG), "other.example");
    }

    private Identity server(Instant end, String host) {
        try {
            KeyPair own = keyPair();
            boolean here = host.equals("localhost");
            byte[] names = Der.sequence(
                    Der.value(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII)),
                    here ? Der.value(IP_ADDRESS, new byte[] {127, 0, 0, 1}) : new byte[0]);
            X509Certificate certificate = signed(
                    name(host),
                    own.getPublic(),
                    Instant.now().minus(DAY),
                    end,
                    extension(KEY_USAGE, Der.yes(), SIGNS_MESSAGES),
                    extension(EXTENDED_USAGE, new byte[0], Der.sequence(SERVER_AUTHENTICATION)),
                    extension(ALTERNATIVE_NAME, new byte[0], names),
                    extension(SUBJECT_KEY, new byte[0], Der.octets(identifier(own.getPublic()))),
                    extension(
                            AUTHORITY_KEY,
                            new byte[0],
                            Der.sequence(Der.value(KEY_IDENTIFIER, identifier(keys.getPublic())))));
            return new Identity(own.getPrivate(), certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has elliptic curves", e);
        }
    }

    private X509Certificate signed(byte[] subject, PublicKey key, Instant begin, Instant end, byte[]... extensions)
            throws GeneralSecurityException {
        byte[] content = Der.sequence(
                Der.value(VERSION, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE)),
                ECDSA_WITH_SHA256,
                name,
                Der.sequence(Der.time(begin), Der.time(end)),
                subject,
                key.getEncoded(),
                Der.value(EXTENSIONS, Der.sequence(extensions)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        byte[] certificate = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(0, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] extension(byte[] oid, byte[] critical, byte[] value) {
        return Der.sequence(oid, critical, Der.octets(value));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName))));
    }

    private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
