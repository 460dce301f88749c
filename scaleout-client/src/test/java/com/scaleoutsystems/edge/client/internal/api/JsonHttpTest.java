package com.scaleoutsystems.edge.client.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonHttpTest {

    private static CompletableFuture<HttpAnswer> post(OkHttpClient client) {
        return new JsonHttp(URI.create("http://edge.test"), client)
                .post("/api", Optional.empty(), Map.of())
                .toCompletableFuture();
    }

    private static void assertMayBeTriedLater(CompletableFuture<HttpAnswer> answer) {
        assertThat(answer)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EdgeException.class,
                        error -> assertThat(error.retryable()).isTrue())
                .withMessageContaining("OutOfMemoryError");
    }

    @Test
    void anAnswerForWhichThereIsNoMemoryIsAFailureAndNotAnEndlessWait() {
        ResponseBody tooLarge = new ResponseBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public long contentLength() {
                return -1;
            }

            @Override
            public BufferedSource source() {
                throw new OutOfMemoryError("Java heap space");
            }
        };
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(chain -> new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(200)
                        .message("OK")
                        .body(tooLarge)
                        .build())
                .build();

        assertMayBeTriedLater(post(client));
    }

    @Test
    void aCallThatFindsNoThreadIsAFailure() {
        ExecutorService none = new ForkJoinPool() {
            @Override
            public void execute(Runnable call) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        };

        assertMayBeTriedLater(
                post(new OkHttpClient.Builder().dispatcher(new Dispatcher(none)).build()));
    }
}
