package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Json;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import java.io.IOException;
import java.net.URI;
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
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/** Posts JSON to one API. */
final class JsonHttp {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final long MAX_ANSWER_BYTES = 1 << 20;
    private static final int MAX_QUOTED = 300;

    private final HttpUrl base;
    private final OkHttpClient client;

    JsonHttp(URI url, OkHttpClient client) {
        this.base = ApiUrl.of(url);
        this.client = client;
    }

    HttpUrl base() {
        return base;
    }

    /** Posts once. Fails with UNAVAILABLE, retryable, if no answer comes. */
    CompletionStage<Answer> post(String path, Optional<String> bearer, Map<String, ? extends @Nullable Object> body) {
        Request prepared;
        try {
            Request.Builder request = new Request.Builder()
                    .url(base.newBuilder().addPathSegments(path).build())
                    .post(RequestBody.create(Json.write("the request", body), JSON));
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
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        client.newCall(prepared).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(unreachable(e));
            }

            @Override
            public void onResponse(Call call, Response response) {
                try (response) {
                    answer.complete(new Answer(response.code(), bodyOf(response)));
                } catch (IOException e) {
                    answer.completeExceptionally(unreachable(e));
                }
            }
        });
        return answer;
    }

    private static String bodyOf(Response response) throws IOException {
        ResponseBody limited = response.peekBody(MAX_ANSWER_BYTES);
        return limited.string();
    }

    private EdgeException unreachable(IOException cause) {
        return new EdgeException(
                ErrorCode.UNAVAILABLE,
                "the Scaleout Edge API at " + base + " cannot be reached: " + ConnectionFault.describe(cause),
                cause,
                true,
                1);
    }

    void close() {
        client.connectionPool().evictAll();
    }

    /**
     * An answer.
     *
     * @param status its HTTP status
     * @param body its body as text
     */
    record Answer(int status, String body) {

        Map<String, @Nullable Object> object() {
            return Json.readObject("the server's answer", body);
        }

        /** What the server says in words. */
        String message() {
            try {
                if (object().get("message") instanceof String text && !text.isBlank()) {
                    return text;
                }
            } catch (EdgeException notJson) {
                // Then the body itself is the best there is.
            }
            String text = body.strip();
            if (text.isEmpty()) {
                return "no message";
            }
            return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text;
        }
    }
}
