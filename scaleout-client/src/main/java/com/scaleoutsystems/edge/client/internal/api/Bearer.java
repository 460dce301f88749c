package com.scaleoutsystems.edge.client.internal.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives the access token for a call. Safe for use from any thread; never blocks. */
public interface Bearer {

    /** The token to show now, or none; fails with an EdgeException when one is needed and cannot be had. */
    CompletionStage<Optional<String>> token();

    /**
     * The server refused a token that looked good: get another one.
     *
     * @param refused the token it refused; ignored if it is no longer the current one
     */
    void refused(String refused);

    /** Whether the client gets another token when this one is refused. */
    default boolean isRenewed() {
        return true;
    }

    /** No credential at all. */
    static Bearer none() {
        return fixed(Optional.empty());
    }

    /** Always the same token, or none. */
    static Bearer fixed(Optional<String> token) {
        return new Bearer() {
            @Override
            public CompletionStage<Optional<String>> token() {
                return CompletableFuture.completedFuture(token);
            }

            @Override
            public void refused(String refused) {
                // There is no other one.
            }

            @Override
            public boolean isRenewed() {
                return false;
            }
        };
    }
}
