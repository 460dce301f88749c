package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.EdgeException;
import java.util.Optional;

/**
 * Gives the client another credential when the server refuses the present one for good, so that the process need not start again. Called on
 * a thread that may block, one call at a time. A start that asks it waits for it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CredentialsCallback {

    /**
     * The server refuses the client's credential: the refresh token is expired, revoked or used up, or the API key is not accepted. Until
     * there is another credential, the client keeps everything, and its calls fail.
     *
     * @param error what the server said
     * @return another credential for the same client; empty if there is none now, and then the client asks again after a while: first after
     *     a minute, in the end every hour
     * @throws Exception if there is none now; the client logs it
     */
    Optional<Credential> credentialsRejected(EdgeException error) throws Exception;
}
