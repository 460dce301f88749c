package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Posts JSON to one API. */
final class JsonHttp {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final long MAX_ANSWER_BYTES = 1 << 20;

    private final HttpUrl base;
    private final OkHttpClient client;

    JsonHttp(URI url, OkHttpClient client) {
        this.base = ApiUrl.of(url);
        this.client = client;
    }

    HttpUrl base() {
        return base;
    }

    /** Posts once. Fails with {@link TryLaterException} if no answer comes. */
    CompletionStage<HttpAnswer> post(
            String path, Optional<String> bearer, Map<String, ? extends @Nullable Object> body) {
        Request prepared;
        try {
            Request.Builder request = new Request.Builder()
                    .url(ApiUrl.endpoint(base, path))
                    .post(RequestBody.create(Json.write("the request", body).getBytes(StandardCharsets.UTF_8), JSON));
            bearer.ifPresent(token -> request.header("Authorization", "Bearer " + token));
            prepared = request.build();
        } catch (RuntimeException refused) {
            // The message of the HTTP library may quote the header, and with it the token.
            return CompletableFuture.failedFuture(new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the request to " + base + " cannot be made: "
                            + refused.getClass().getSimpleName()
                            + "; a token with line breaks or characters outside ASCII is the usual cause"));
        }
        List<String> secrets = new ArrayList<>();
        bearer.ifPresent(secrets::add);
        if (body.get("refresh_token") instanceof String token) {
            secrets.add(token);
        }
        HttpAnswer.Sent sent = new HttpAnswer.Sent(bearer, secrets);
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        Call call = client.newCall(prepared);
        Callback callback = new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(unreachable(e, sent));
            }

            @Override
            public void onResponse(Call call, Response response) {
                try (response) {
                    answer.complete(read(response, sent));
                } catch (IOException e) {
                    answer.completeExceptionally(unreachable(e, sent));
                } catch (Throwable fault) {
                    // The HTTP library tells nobody of it.
                    answer.completeExceptionally(impossible(fault));
                }
            }
        };
        try {
            call.enqueue(callback);
        } catch (Throwable noThread) {
            answer.completeExceptionally(impossible(noThread));
        }
        return answer;
    }

    private static HttpAnswer read(Response response, HttpAnswer.Sent sent) throws IOException {
        Date date = response.headers().getDate("Date");
        return new HttpAnswer(
                response.code(),
                response.peekBody(MAX_ANSWER_BYTES).string(),
                String.valueOf(response.header("Content-Type"))
                        .toLowerCase(Locale.ROOT)
                        .contains("html"),
                Optional.ofNullable(date).map(Date::toInstant),
                retryAfter(response, date),
                Optional.ofNullable(response.header("Location")),
                sent);
    }

    private static Optional<Duration> retryAfter(Response response, @Nullable Date now) {
        String text = response.header("Retry-After", "");
        if (text != null && text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        Date until = response.headers().getDate("Retry-After");
        return until == null || now == null
                ? Optional.empty()
                : Optional.of(Duration.between(now.toInstant(), until.toInstant()));
    }

    private EdgeException unreachable(IOException cause, HttpAnswer.Sent sent) {
        return new TryLaterException(
                "the Scaleout Edge API at " + base + " cannot be reached: " + ConnectionFault.describe(cause)
                        + (ConnectionFault.isBrokenOff(cause) ? Cures.perhapsTooLarge(sent.bearer()) : ""),
                // The HTTP library quotes what it did not understand.
                Failures.loggable(cause),
                Optional.empty());
    }

    /** The error of a call that this computer could not make, such as for lack of memory or of threads. */
    private EdgeException impossible(Throwable fault) {
        if (Misfits.explain(fault)) {
            return Misfits.refusal(fault);
        }
        return new TryLaterException(
                "the call to the Scaleout Edge API at " + base + " failed: " + Failures.describe(fault),
                Failures.loggable(fault),
                Optional.empty());
    }

    /** Gives up all that is under way. */
    void close() {
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
    }
}
