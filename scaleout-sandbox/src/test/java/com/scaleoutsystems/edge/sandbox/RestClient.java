package com.scaleoutsystems.edge.sandbox;

import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** Calls the REST API of a sandbox. */
final class RestClient {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    RestClient(Sandbox sandbox) {
        this(sandbox.restUri());
    }

    RestClient(URI base) {
        this.base = base;
    }

    record Answer(int status, Map<String, Object> body) {
        String text(String field) {
            return (String) body.get(field);
        }
    }

    Answer post(String path, String token, Map<String, ?> body) {
        return send("POST", path, token, ServerJson.write(body));
    }

    Answer send(String method, String path, String token, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), ServerJson.object(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
