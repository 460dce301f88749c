package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The REST API of the simulated network: gives tokens, and assigns clients to the combiner of the moment. */
final class WorldApi {

    private static final Duration LIFETIME = Duration.ofMinutes(50);

    private final SimulatedDay day;

    /** When each access token ends. */
    private final Map<String, Long> tokens = new HashMap<>();

    private int given;
    private int credentials;

    WorldApi(SimulatedDay day) {
        this.day = day;
    }

    /** What the host shows, until it is revoked. */
    String credential() {
        return "refresh-token-" + credentials;
    }

    /** The credential is good for nothing from now on, and its successor is. */
    void revoke() {
        credentials++;
        endTokens();
    }

    /** All access tokens are good for nothing from now on. */
    void endTokens() {
        tokens.clear();
    }

    /** Whether a combiner lets a call with this token in. */
    boolean accepts(Optional<String> token) {
        Long end = tokens.get(token.orElse(""));
        return end != null && end > day.time().now() && !day.isOn(Fault.Kind.REFUSE_TOKENS);
    }

    private boolean isAway() {
        return day.isOn(Fault.Kind.API_AWAY);
    }

    /** The API as a process sees it. */
    EdgeApi forProcess(SimulatedProcess process) {
        return new EdgeApi() {
            @Override
            public CompletionStage<ConnectToApiResult> assign(
                    ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
                CompletableFuture<ConnectToApiResult> answer = new CompletableFuture<>();
                var unused = bearer.token()
                        .whenComplete((token, error) -> process.later(day.latency(), () -> {
                            if (error != null) {
                                answer.complete(EdgeApi.failed(Stages.cause(error)));
                            } else if (isAway()) {
                                answer.complete(new ConnectToApiResult.Failed(away()));
                            } else if (!accepts(token)) {
                                token.ifPresent(bearer::refused);
                                answer.complete(new ConnectToApiResult.Unauthorized("who are you"));
                            } else {
                                answer.complete(assigned(client));
                            }
                        }));
                return answer;
            }

            @Override
            public CompletionStage<Enrollment> enroll(String enrollmentToken, String name, Optional<String> clientId) {
                return CompletableFuture.failedFuture(new EdgeException(ErrorCode.UNIMPLEMENTED, "no enrollment here"));
            }

            @Override
            public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
                CompletableFuture<Tokens> answer = new CompletableFuture<>();
                process.later(day.latency(), () -> {
                    day.note("api", () -> "asked for a token");
                    if (isAway()) {
                        answer.completeExceptionally(away());
                    } else if (day.isOn(Fault.Kind.REFUSE_TOKENS) || !refreshToken.equals(credential())) {
                        answer.completeExceptionally(
                                new EdgeException(ErrorCode.UNAUTHENTICATED, "this token is not good", null, false, 1));
                    } else {
                        answer.complete(next(process));
                    }
                });
                return answer;
            }

            @Override
            public void close() {}
        };
    }

    private ConnectToApiResult assigned(ClientIdentity client) {
        GrpcConnectionOptions combiner = day.network().assigned();
        day.note("api", () -> "assigns the client to " + combiner.address());
        return new ConnectToApiResult.Assigned(client.clientId(), combiner.withTls(TlsMode.PLAINTEXT));
    }

    private Tokens next(SimulatedProcess process) {
        String token = "token-" + ++given;
        tokens.put(token, day.time().now() + LIFETIME.toNanos());
        return new Tokens(token, Optional.empty(), process.wall().plus(LIFETIME), LIFETIME);
    }

    private static EdgeException away() {
        return new EdgeException(ErrorCode.UNAVAILABLE, "the API is away", null, true, 1);
    }
}
