package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.ConnectToApiResult;
import com.scaleoutsystems.edge.client.Credential;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.CredentialKind;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.api.TokenManager;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** From a credential to an assignment. */
final class Joining {

    /**
     * How joining ended.
     *
     * @param clientId the id that the assignment was asked for
     */
    record Joined(ConnectToApiResult result, Bearer bearer, String clientId) {}

    private final ClientSettings settings;
    private final Collaborators links;
    private final Strand strand;

    Joining(ClientSettings settings, Collaborators links, Strand strand) {
        this.settings = settings;
        this.links = links;
        this.strand = strand;
    }

    CompletionStage<Joined> ask(EdgeApi api, Credential credential) {
        if (credential.isNone()) {
            return assign(api, Bearer.none(), settings.clientId());
        }
        String token = credential.reveal();
        return switch (CredentialKind.of(token)) {
            case API_KEY -> assign(api, Bearer.fixed(Optional.of(token)), settings.clientId());
            case ENROLLMENT -> enroll(api, token);
            case CLIENT_REFRESH -> assign(api, manager(api, TokenEndpoint.CLIENT, token), settings.clientId());
            case REFRESH -> assign(api, manager(api, TokenEndpoint.USER, token), settings.clientId());
        };
    }

    private CompletionStage<Joined> enroll(EdgeApi api, String token) {
        CompletableFuture<Joined> joined = new CompletableFuture<>();
        strand.when(api.enroll(token, settings.name(), Optional.of(settings.clientId())), (enrollment, error) -> {
            if (enrollment == null) {
                boolean refused = error instanceof EdgeException known && known.code() == ErrorCode.UNAUTHENTICATED;
                String message = error == null ? "no answer" : String.valueOf(error.getMessage());
                ConnectToApiResult result =
                        refused ? new ConnectToApiResult.Unauthorized(message) : new ConnectToApiResult.Failed(message);
                joined.complete(new Joined(result, Bearer.none(), settings.clientId()));
                return;
            }
            Optional<String> refresh = enrollment.tokens().refreshToken();
            Bearer bearer = refresh.isPresent()
                    ? manager(api, TokenEndpoint.CLIENT, refresh.get())
                    : Bearer.fixed(Optional.of(enrollment.tokens().accessToken()));
            strand.when(assign(api, bearer, enrollment.clientId()), (done, failure) -> {
                if (done != null) {
                    joined.complete(done);
                } else {
                    joined.completeExceptionally(failure == null ? new IllegalStateException("no answer") : failure);
                }
            });
        });
        return joined;
    }

    private Bearer manager(EdgeApi api, TokenEndpoint endpoint, String refreshToken) {
        return new TokenManager(api, links.env(), strand, endpoint, refreshToken);
    }

    private CompletionStage<Joined> assign(EdgeApi api, Bearer bearer, String clientId) {
        EdgeApi.ClientInfo client = new EdgeApi.ClientInfo(
                settings.name(), clientId, settings.preferredCombiner(), settings.clientVersion());
        return api.assign(client, bearer).thenApply(result -> new Joined(result, bearer, clientId));
    }

    /** What a program is told that only wanted to start. */
    static EdgeException notAssigned(URI url, ConnectToApiResult answer) {
        String what = "no assignment from " + url + ": " + answer.message();
        if (answer instanceof ConnectToApiResult.Unauthorized) {
            return new EdgeException(ErrorCode.UNAUTHENTICATED, what + "; check the credential");
        }
        if (answer instanceof ConnectToApiResult.UnmatchedConfig) {
            return new EdgeException(ErrorCode.INVALID_ARGUMENT, what);
        }
        if (answer instanceof ConnectToApiResult.IncorrectUrl) {
            return new EdgeException(ErrorCode.NOT_FOUND, what + "; check the URL");
        }
        if (answer instanceof ConnectToApiResult.ComputePackageMissing) {
            return new EdgeException(
                    ErrorCode.FAILED_PRECONDITION, what + "; the network has no compute package yet", null, true, 1);
        }
        return new EdgeException(ErrorCode.UNAVAILABLE, what, null, true, 1);
    }
}
