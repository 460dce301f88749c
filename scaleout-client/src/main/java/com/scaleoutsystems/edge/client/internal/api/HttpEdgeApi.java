package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.check.TokenText;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The REST API over HTTP, with the reference client's answers and retries (since 1.1.0). It differs where the reference takes a fault
 * of the network for a refusal: only 400 and 401 from the API itself refuse a token.
 */
final class HttpEdgeApi implements EdgeApi {

    private static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofHours(1);

    /** What a server says beyond that is no time that a calendar knows. */
    private static final Duration LONGEST_TOKEN_LIFETIME = Duration.ofDays(36_500);

    /** What a web server says when it is spoken to without TLS where it wants TLS. */
    private static final String WANTS_TLS = "plain HTTP request was sent to HTTPS port";

    private final Dialect dialect;
    private final JsonHttp http;
    private final Env env;
    private final Attempts attempts;

    /**
     * The API at a URL.
     *
     * @param url the API's base URL
     * @param client makes the calls
     * @param dialect what the client says when it asks for a combiner, and how it reads the answer
     * @param strand where waits between attempts end
     * @param retry how often an assignment or an enrollment is asked for, at the moment
     */
    HttpEdgeApi(URI url, OkHttpClient client, Dialect dialect, Env env, Strand strand, Supplier<RetryPolicy> retry) {
        this.dialect = dialect;
        this.http = new JsonHttp(url, client);
        this.env = env;
        this.attempts = new Attempts(env, strand, retry);
    }

    @Override
    public CompletionStage<ConnectToApiResult> assign(
            ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
        Map<String, @Nullable Object> request = dialect.assignmentRequest(client, preferredCombiner);
        return attempts.run("asking for an assignment", () -> assignOnce(client, request, bearer))
                .exceptionally(error -> EdgeApi.failed(Stages.cause(error)));
    }

    private CompletionStage<ConnectToApiResult> assignOnce(
            ClientIdentity client, Map<String, @Nullable Object> request, Bearer bearer) {
        return bearer.token()
                .thenCompose(token -> post(request, token).thenCompose(answer -> {
                    if (answer.status() != 401 || answer.isNotTheApis() || token.isEmpty()) {
                        return CompletableFuture.completedFuture(assignment(client, answer));
                    }
                    // The server may refuse a token that still looks valid: try once with another one, if there is
                    // another.
                    bearer.refused(token.get());
                    return bearer.token()
                            .thenCompose(another -> another.equals(token)
                                    ? CompletableFuture.completedFuture(assignment(client, answer))
                                    : post(request, another).thenApply(second -> assignment(client, second)));
                }));
    }

    private CompletionStage<HttpAnswer> post(Map<String, @Nullable Object> request, Optional<String> token) {
        return http.post("api/v1/clients/add", token, request);
    }

    private ConnectToApiResult assignment(ClientIdentity client, HttpAnswer answer) {
        int status = answer.status();
        if (status == 400 && answer.body().contains(WANTS_TLS)) {
            return new ConnectToApiResult.IncorrectUrl(wantsTls());
        }
        if (status == 429 || status >= 500 || answer.isNotTheApis()) {
            throw tryLater("the assignment", answer);
        }
        return switch (status) {
            case 200 -> Assignment.read(dialect, client, answer);
            case 203 -> new ConnectToApiResult.ComputePackageMissing(answer.message());
            case 401 -> new ConnectToApiResult.Unauthorized(answer.message());
            case 400, 406 -> new ConnectToApiResult.UnmatchedConfig(answer.message());
            case 404 ->
                new ConnectToApiResult.IncorrectUrl(
                        "there is no Scaleout Edge API at " + http.base() + " (HTTP 404); check host, port and path");
            default ->
                Assignment.unexpected(
                        "unexpected answer of " + http.base() + ", HTTP " + status + ": " + answer.message(), null);
        };
    }

    private String wantsTls() {
        return http.base() + Cures.WANTS_TLS;
    }

    private TryLaterException tryLater(String what, HttpAnswer answer) {
        String by = answer.isNotTheApis()
                ? " (" + answer.message()
                        + ", so the answer is not the API's own: a proxy, a login page or a server in front of it)"
                : ": " + answer.message();
        return new TryLaterException(
                what + " was answered HTTP " + answer.status() + " by " + http.base() + by + Cures.of(answer),
                null,
                answer.retryAfter());
    }

    @Override
    public CompletionStage<Enrollment> enroll(String enrollmentToken, String name, Optional<String> clientId) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (!name.isEmpty()) {
            body.put("name", name);
        }
        clientId.filter(id -> !id.isEmpty()).ifPresent(id -> body.put("client_id", id));
        return attempts.run(
                "enrolling",
                () -> http.post("api/v1/clients/enroll", Optional.of(enrollmentToken), body)
                        .thenApply(answer -> {
                            Map<String, @Nullable Object> json = accepted(answer, "the enrollment");
                            return new Enrollment(required(json, "client_id"), tokens(answer, json));
                        }));
    }

    @Override
    public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("refresh_token", refreshToken);
        body.put("role", "client");
        return http.post(endpoint.path(), Optional.empty(), body)
                .thenApply(answer -> tokens(answer, accepted(answer, "the exchange of the refresh token")));
    }

    private Map<String, @Nullable Object> accepted(HttpAnswer answer, String what) {
        int status = answer.status();
        boolean refused = status == 400 || status == 401;
        if (refused && answer.body().contains(WANTS_TLS)) {
            throw new EdgeException(ErrorCode.NOT_FOUND, wantsTls());
        }
        if (refused && !answer.isNotTheApis()) {
            throw new EdgeException(
                    ErrorCode.UNAUTHENTICATED,
                    what + " was refused by " + http.base() + " (HTTP " + status + "): " + answer.message()
                            + "; if the token is expired, revoked or used up, get a new one");
        }
        if (status < 200 || status > 203 || answer.isNotTheApis()) {
            throw tryLater(what, answer);
        }
        try {
            return answer.object();
        } catch (EdgeException notJson) {
            throw tryLater(what, answer);
        }
    }

    private Tokens tokens(HttpAnswer answer, Map<String, @Nullable Object> json) {
        String refresh =
                json.containsKey("refresh_token") ? Json.text(json, "refresh_token") : Json.text(json, "refresh");
        String access = access(json, json.containsKey("access_token") ? "access_token" : "access", refresh);
        Claims claims = Claims.of(access);
        Instant now = serverTime(answer, claims);
        Instant end = claims.expiresAt().orElseGet(() -> now.plus(lifetime(json.get("expires_in"))));
        return new Tokens(
                access, refresh.isEmpty() ? Optional.empty() : Optional.of(refresh), end, Duration.between(now, end));
    }

    /**
     * The access token of an answer, or an empty text if a call cannot show it. The refresh token of the same answer must not be lost,
     * since the one that was exchanged for it may be used up.
     */
    private String access(Map<String, @Nullable Object> json, String key, String refresh) {
        Optional<String> usable = TokenText.usable(Json.text(json, key));
        if (usable.isEmpty() && refresh.isEmpty()) {
            required(json, key);
            throw new TryLaterException(
                    "the " + key + " in the answer of " + http.base() + " " + TokenText.FAULT, null, Optional.empty());
        }
        return usable.orElse("");
    }

    private static Duration lifetime(@Nullable Object expiresIn) {
        double seconds = expiresIn instanceof Number number ? number.doubleValue() : Double.NaN;
        return Double.isNaN(seconds)
                ? DEFAULT_TOKEN_LIFETIME
                : Duration.ofSeconds(
                        (long) Math.max(0, Math.min(seconds, (double) LONGEST_TOKEN_LIFETIME.toSeconds())));
    }

    /** The expiry of a token is by the server's clock, so its lifetime counts from the server's time. */
    private Instant serverTime(HttpAnswer answer, Claims claims) {
        return answer.date().or(claims::issuedAt).orElseGet(env::wall);
    }

    private String required(Map<String, @Nullable Object> json, String key) {
        String value = Json.text(json, key);
        if (value.isEmpty()) {
            throw new TryLaterException(
                    "the answer of " + http.base() + " has no " + key + "; is it a Scaleout Edge API?",
                    null,
                    Optional.empty());
        }
        return value;
    }

    @Override
    public void close() {
        attempts.close();
        http.close();
    }
}
