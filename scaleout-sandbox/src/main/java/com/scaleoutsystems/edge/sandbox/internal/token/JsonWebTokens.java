package com.scaleoutsystems.edge.sandbox.internal.token;

import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and verifies JSON Web Tokens with HMAC-SHA256 under a key that lives as long as this object. */
final class JsonWebTokens {
    private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    private static final int PARTS = 3;

    private final Clock clock;
    private final SecretKeySpec key;

    JsonWebTokens(Clock clock) {
        this.clock = clock;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, "HmacSHA256");
    }

    String sign(Map<String, Object> claims) {
        String content = HEADER + "." + encode(ServerJson.write(claims).getBytes(StandardCharsets.UTF_8));
        return content + "." + encode(signature(content));
    }

    /** Gives the claims of a token that this object signed and that has not expired. */
    Map<String, Object> verify(String token) throws InvalidTokenException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            throw new InvalidTokenException("Token is malformed");
        }
        byte[] expected = encode(signature(parts[0] + "." + parts[1])).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, parts[2].getBytes(StandardCharsets.UTF_8))) {
            throw new InvalidTokenException("Token is invalid");
        }
        byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
        Map<String, Object> claims = ServerJson.object(new String(payload, StandardCharsets.UTF_8));
        if (!(claims.get("exp") instanceof Number expiry)
                || expiry.longValue() <= clock.instant().getEpochSecond()) {
            throw new InvalidTokenException("Token has expired");
        }
        return claims;
    }

    private byte[] signature(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
