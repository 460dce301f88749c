package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.json.MetadataJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads Ed25519 keys, which sign and verify models.
 *
 * <p>It knows three forms: PEM ({@code -----BEGIN PRIVATE KEY-----} with PKCS #8, {@code -----BEGIN PUBLIC KEY-----}
 * with SubjectPublicKeyInfo; not encrypted), JWK (RFC 8037: {@code kty} OKP, {@code crv} Ed25519), and the 32 raw bytes.
 * Exception messages never contain any part of a key.
 *
 * @since 0.1.0
 */
public final class Ed25519Keys {
    private static final int RAW_SIZE = 32;
    private static final byte[] PRIVATE_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----", Pattern.DOTALL);

    private Ed25519Keys() {}

    /**
     * Reads a private key from PEM or JWK.
     *
     * @param pemOrJwk the text
     * @return the key
     * @throws ModelException if the text is not such a key
     */
    public static PrivateKey privateKey(String pemOrJwk) {
        return isJson(pemOrJwk)
                ? privateKey(jwkMember(pemOrJwk, "d"))
                : privateKeyFromDer(pem(pemOrJwk, "PRIVATE KEY"));
    }

    /**
     * Creates a private key from its 32 raw bytes, the seed.
     *
     * @param seed the bytes
     * @return the key
     * @throws ModelException if there are not 32 bytes
     */
    public static PrivateKey privateKey(byte[] seed) {
        return privateKeyFromDer(prefixed(PRIVATE_PREFIX, seed));
    }

    /**
     * Reads a public key from PEM or JWK.
     *
     * @param pemOrJwk the text
     * @return the key
     * @throws ModelException if the text is not such a key
     */
    public static PublicKey publicKey(String pemOrJwk) {
        return isJson(pemOrJwk) ? publicKey(jwkMember(pemOrJwk, "x")) : publicKeyFromDer(pem(pemOrJwk, "PUBLIC KEY"));
    }

    /**
     * Creates a public key from its 32 raw bytes.
     *
     * @param raw the bytes
     * @return the key
     * @throws ModelException if there are not 32 bytes
     */
    public static PublicKey publicKey(byte[] raw) {
        return publicKeyFromDer(prefixed(PUBLIC_PREFIX, raw));
    }

    private static PrivateKey privateKeyFromDer(byte[] der) {
        try {
            return checked(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            throw bad("it is no Ed25519 private key", e);
        }
    }

    private static PublicKey publicKeyFromDer(byte[] der) {
        try {
            return checked(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            throw bad("it is no Ed25519 public key", e);
        }
    }

    /** Gives the key back if it is of the right kind. */
    static <K extends Key> K checked(K key) {
        if (!key.getAlgorithm().equals("EdDSA") && !key.getAlgorithm().equals("Ed25519")) {
            throw bad("it is a key for " + key.getAlgorithm() + ", not for Ed25519", null);
        }
        return key;
    }

    private static boolean isJson(String text) {
        return text.stripLeading().startsWith("{");
    }

    private static byte[] jwkMember(String jwk, String member) {
        Map<String, @Nullable Object> members;
        try {
            members = MetadataJson.read("the key", jwk.getBytes(StandardCharsets.UTF_8));
        } catch (ModelException e) {
            // Without the cause, whose message may quote the key.
            throw bad("it is no valid JSON", null);
        }
        if (!"OKP".equals(members.get("kty")) || !"Ed25519".equals(members.get("crv"))) {
            throw bad("its kty is not OKP or its crv is not Ed25519", null);
        }
        if (!(members.get(member) instanceof String value)) {
            throw bad("it lacks '" + member + "'" + (member.equals("d") ? ", so it is a public key" : ""), null);
        }
        try {
            return Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw bad("its '" + member + "' is no base64url text", null);
        }
    }

    private static byte[] pem(String text, String label) {
        Matcher pem = PEM.matcher(text);
        if (!pem.find()) {
            throw bad("it is neither PEM nor JWK", null);
        }
        if (!pem.group(1).equals(label)) {
            throw bad("it is a PEM '" + pem.group(1) + "' where '" + label + "' is expected", null);
        }
        try {
            return Base64.getMimeDecoder().decode(pem.group(2));
        } catch (IllegalArgumentException e) {
            throw bad("its PEM content is no base64 text", null);
        }
    }

    private static byte[] prefixed(byte[] prefix, byte[] raw) {
        if (raw.length != RAW_SIZE) {
            throw bad("it has " + raw.length + " bytes where " + RAW_SIZE + " are expected", null);
        }
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.writeBytes(prefix);
        der.writeBytes(raw);
        return der.toByteArray();
    }

    private static ModelException bad(String what, @Nullable Exception cause) {
        return new ModelException(ErrorCode.INVALID_ARGUMENT, "bad_key", "The key can't be used: " + what, cause);
    }
}
