package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.ConnectToApiResult;
import com.scaleoutsystems.edge.client.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.RetryPolicy;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST API over HTTP, with the reference client's answers and retries (since 1.1.0). */
public final class HttpEdgeApi implements EdgeApi {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.API);
    private static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofHours(1);

    private final JsonHttp http;
    private final Env env;
    private final Strand strand;
    private final RetryPolicy retry;

    /**
     * The API at a URL.
     *
     * @param url the API's base URL
     * @param client makes the calls
     * @param strand where waits between attempts end
     * @param retry how often an assignment is asked for
     */
    public HttpEdgeApi(URI url, OkHttpClient client, Env env, Strand strand, RetryPolicy retry) {
        this.http = new JsonHttp(url, client);
        this.env = env;
        this.strand = strand;
        this.retry = retry;
    }

    @Override
    public CompletionStage<ConnectToApiResult> assign(ClientInfo client, Bearer bearer) {
        CompletableFuture<ConnectToApiResult> result = new CompletableFuture<>();
        new AssignmentAttempts(client, bearer, result).next();
        return result;
    }

    /** One request for an assignment, tried until it is settled. */
    private final class AssignmentAttempts {

        private final ClientInfo client;
        private final Bearer bearer;
        private final CompletableFuture<ConnectToApiResult> result;
        private final Backoff backoff = new Backoff(retry, env.random());
        private boolean tokenRenewed;

        AssignmentAttempts(ClientInfo client, Bearer bearer, CompletableFuture<ConnectToApiResult> result) {
            this.client = client;
            this.bearer = bearer;
            this.result = result;
        }

        void next() {
            strand.when(bearer.token(), (token, error) -> {
                if (error == null && token != null) {
                    strand.when(
                            http.post("api/v1/clients/add", token, body()),
                            (answer, failure) -> settle(token, answer, failure));
                } else if (error instanceof EdgeException refused && !refused.retryable()) {
                    result.complete(new ConnectToApiResult.Unauthorized(message(refused)));
                } else {
                    again("the access token cannot be had: " + message(error));
                }
            });
        }

        private Map<String, @Nullable Object> body() {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            body.put("name", client.name());
            body.put("client_id", client.clientId());
            body.put("package", "local");
            body.put("preferred_combiner", client.preferredCombiner().orElse(null));
            body.put("client_version", client.clientVersion());
            return body;
        }

        private void settle(Optional<String> token, JsonHttp.@Nullable Answer answer, @Nullable Throwable failure) {
            if (answer == null) {
                again(message(failure));
                return;
            }
            int status = answer.status();
            if (status == 401 && token.isPresent() && !tokenRenewed) {
                // A token that still looks good may be refused all the same: one try with a fresh one.
                tokenRenewed = true;
                bearer.refused(token.get());
                next();
            } else if (status == 429 || status >= 500) {
                again("HTTP " + status + ": " + answer.message());
            } else {
                result.complete(settled(answer));
            }
        }

        private ConnectToApiResult settled(JsonHttp.Answer answer) {
            return switch (answer.status()) {
                case 200 -> assigned(answer);
                case 203 -> new ConnectToApiResult.ComputePackageMissing(answer.message());
                case 401 -> new ConnectToApiResult.Unauthorized(answer.message());
                case 400, 406 -> new ConnectToApiResult.UnmatchedConfig(answer.message());
                case 404 ->
                    new ConnectToApiResult.IncorrectUrl(
                            "there is no Scaleout Edge API at " + http.base() + " (HTTP 404)");
                default ->
                    new ConnectToApiResult.Failed(
                            "unexpected answer HTTP " + answer.status() + ": " + answer.message());
            };
        }

        private ConnectToApiResult assigned(JsonHttp.Answer answer) {
            try {
                Map<String, @Nullable Object> json = answer.object();
                GrpcConnectionOptions options = new GrpcConnectionOptions(
                        text(json, "public_hostname"),
                        json.get("port") instanceof Number port ? port.intValue() : 0,
                        text(json, "internal_hostname"),
                        text(json, "package"),
                        text(json, "helper_type"),
                        json.get("grpc_secure") instanceof Boolean secure ? Optional.of(secure) : Optional.empty());
                String id = text(json, "client_id");
                return new ConnectToApiResult.Assigned(id.isEmpty() ? client.clientId() : id, options);
            } catch (EdgeException | IllegalArgumentException e) {
                return new ConnectToApiResult.Failed("the assignment makes no sense: " + e.getMessage());
            }
        }

        private void again(String what) {
            Duration wait = backoff.next();
            if (backoff.failures() >= retry.maxAttempts()) {
                result.complete(new ConnectToApiResult.Failed(
                        what + " (" + backoff.failures() + " attempts at " + http.base() + ")"));
                return;
            }
            LOG.debug("no assignment yet: {}; next attempt in {} ms", what, wait.toMillis());
            strand.after(wait, this::next);
        }
    }

    @Override
    public CompletionStage<Enrollment> enroll(String enrollmentToken, String name, Optional<String> clientId) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (!name.isEmpty()) {
            body.put("name", name);
        }
        clientId.ifPresent(id -> body.put("client_id", id));
        return http.post("api/v1/clients/enroll", Optional.of(enrollmentToken), body)
                .thenApply(answer -> {
                    Map<String, @Nullable Object> json = accepted(answer, "the enrollment token");
                    return new Enrollment(required(json, "client_id"), tokens(json));
                });
    }

    @Override
    public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("refresh_token", refreshToken);
        body.put("role", "client");
        return http.post(endpoint.path(), Optional.empty(), body)
                .thenApply(answer -> tokens(accepted(answer, "the refresh token")));
    }

    private Map<String, @Nullable Object> accepted(JsonHttp.Answer answer, String credential) {
        int status = answer.status();
        if (status >= 200 && status <= 203) {
            return answer.object();
        }
        if (status == 429 || status >= 500) {
            throw new EdgeException(
                    ErrorCode.UNAVAILABLE,
                    "the token endpoint of " + http.base() + " answered HTTP " + status + ": " + answer.message(),
                    null,
                    true,
                    1);
        }
        throw new EdgeException(
                ErrorCode.UNAUTHENTICATED,
                credential + " was refused by " + http.base() + " (HTTP " + status + "): " + answer.message());
    }

    private Tokens tokens(Map<String, @Nullable Object> json) {
        String access = json.containsKey("access_token") ? required(json, "access_token") : required(json, "access");
        String refresh = json.containsKey("refresh_token") ? text(json, "refresh_token") : text(json, "refresh");
        Instant expiry = CredentialKind.expiry(access)
                .orElseGet(() -> env.wall()
                        .plus(
                                json.get("expires_in") instanceof Number seconds
                                        ? Duration.ofSeconds(seconds.longValue())
                                        : DEFAULT_TOKEN_LIFETIME));
        return new Tokens(access, refresh.isEmpty() ? Optional.empty() : Optional.of(refresh), expiry);
    }

    private String required(Map<String, @Nullable Object> json, String key) {
        String value = text(json, key);
        if (value.isEmpty()) {
            throw new EdgeException(ErrorCode.INTERNAL, "the answer of " + http.base() + " lacks " + key);
        }
        return value;
    }

    private static String text(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof String text ? text : "";
    }

    private static String message(@Nullable Throwable error) {
        return error == null || error.getMessage() == null ? String.valueOf(error) : error.getMessage();
    }

    @Override
    public void close() {
        http.close();
    }
}
