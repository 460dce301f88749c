package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.network.TestAuthority.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A REST API that answers as a test tells it to; what it is not told is 404. */
public final class TestApi implements AutoCloseable {

    public static final String ASSIGN = "/api/v1/clients/add";
    public static final String ENROLL = "/api/v1/clients/enroll";
    public static final String CLIENT_TOKEN = "/api/v1/clients/token";
    public static final String USER_TOKEN = "/api/auth/refresh";

    private final MockWebServer server = new MockWebServer();
    private final Map<String, Function<RecordedRequest, MockResponse>> answers = new ConcurrentHashMap<>();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final String scheme;
    private volatile Function<RecordedRequest, MockResponse> others = any -> json(404, Map.of("message", "no"));

    private TestApi(String scheme) {
        this.scheme = scheme;
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                requests.add(request);
                return answers.getOrDefault(request.getUrl().encodedPath(), others)
                        .apply(request);
            }
        });
    }

    public static TestApi plain() {
        return plain(InetAddress.getLoopbackAddress());
    }

    static TestApi plain(InetAddress host) {
        return new TestApi("http").started(host);
    }

    public static TestApi secure(Identity identity) {
        TestApi api = new TestApi("https");
        api.server.useHttps(identity.socketFactory());
        return api.started();
    }

    /** Speaks HTTP 1.1 and nothing newer. */
    static TestApi http1(Identity identity) {
        TestApi api = new TestApi("https");
        api.server.useHttps(identity.socketFactory());
        api.server.setProtocols(List.of(okhttp3.Protocol.HTTP_1_1));
        return api.started();
    }

    static TestApi mutual(Identity identity) {
        TestApi api = new TestApi("https");
        api.server.useHttps(identity.socketFactory());
        api.server.requireClientAuth();
        return api.started();
    }

    private TestApi started() {
        return started(InetAddress.getLoopbackAddress());
    }

    private TestApi started(InetAddress host) {
        try {
            server.start(host, 0);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static MockResponse json(int status, Map<String, ?> body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(Json.write("the answer", body))
                .build();
    }

    public TestApi on(String path, Function<RecordedRequest, MockResponse> answer) {
        answers.put(path, answer);
        return this;
    }

    /** Answers whatever nothing else is said about. */
    public TestApi onAny(Function<RecordedRequest, MockResponse> answer) {
        others = answer;
        return this;
    }

    public TestApi on(String path, int status, Map<String, ?> body) {
        return on(path, request -> json(status, body));
    }

    /** Assigns everybody to this combiner. */
    public TestApi assigning(String host, int port, boolean secure) {
        return on(
                ASSIGN,
                200,
                Map.of("client_id", "client-1", "public_hostname", host, "port", port, "grpc_secure", secure));
    }

    public URI uri() {
        return uri("localhost");
    }

    public URI uri(String host) {
        return URI.create(scheme + "://" + host + ":" + server.getPort());
    }

    public int port() {
        return server.getPort();
    }

    public List<RecordedRequest> requests() {
        return requests;
    }

    public List<RecordedRequest> requests(String path) {
        return requests.stream()
                .filter(request -> request.getUrl().encodedPath().equals(path))
                .toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
