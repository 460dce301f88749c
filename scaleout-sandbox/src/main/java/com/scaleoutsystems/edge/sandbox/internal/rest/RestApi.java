package com.scaleoutsystems.edge.sandbox.internal.rest;

import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.internal.record.CallLog;
import com.scaleoutsystems.edge.sandbox.internal.record.ReceivedCall;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Answer;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Request;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxSettings;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.internal.token.InvalidTokenException;
import com.scaleoutsystems.edge.sandbox.internal.token.TokenIssuer;
import com.scaleoutsystems.edge.sandbox.internal.token.TokenIssuer.Grant;
import com.scaleoutsystems.edge.sandbox.internal.token.TokenIssuer.RefreshKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What the REST API answers: assignment of clients to the combiner, enrollment, and the two token endpoints. */
public final class RestApi {
    private static final Set<String> PACKAGES = Set.of("local", "remote");

    private final SandboxSettings settings;
    private final TokenIssuer tokens;
    private final CallLog log;
    private final IntSupplier grpcPort;

    public RestApi(SandboxState state, IntSupplier grpcPort) {
        this.settings = state.settings();
        this.tokens = state.tokens();
        this.log = state.recording();
        this.grpcPort = grpcPort;
    }

    /** Answers one request and records it, refused ones too. */
    public Answer handle(Request request) {
        Map<String, Object> body = Map.of();
        Answer answer;
        try {
            body = ServerJson.object(request.body());
            answer = route(request, body);
        } catch (IllegalArgumentException e) {
            answer = Answer.failure(400, "Body is " + e.getMessage());
        } catch (BadFieldException e) {
            answer = Answer.failure(400, e.reason);
        } catch (InvalidTokenException e) {
            answer = Answer.failure(401, e.reason());
        }
        log.add(
                new ReceivedCall(
                        settings.clock().instant(),
                        request.method() + " " + request.path(),
                        body.get("client_id") instanceof String id ? id : "",
                        request.headers(),
                        request::body,
                        Integer.toString(answer.status())),
                List.of(),
                HeapSize.OBJECT
                        + HeapSize.of(request.headers())
                        + HeapSize.of(request.body())
                        + HeapSize.of(request.path()));
        return answer;
    }

    private Answer route(Request request, Map<String, Object> body) throws BadFieldException, InvalidTokenException {
        return switch (request.path()) {
            case "/api/v1/clients/add" -> post(request, () -> assign(request, body));
            case "/api/auth/refresh" -> post(request, () -> refresh(RefreshKind.PLAIN, body));
            case "/api/v1/clients/enroll", "/api/v1/clients/token" ->
                settings.dialect().enrollment() ? post(request, () -> forClients(request, body)) : missing(request);
            default -> missing(request);
        };
    }

    private Answer forClients(Request request, Map<String, Object> body)
            throws BadFieldException, InvalidTokenException {
        return request.path().endsWith("/enroll") ? enroll(request, body) : refresh(RefreshKind.CLIENT, body);
    }

    private static Answer missing(Request request) {
        return Answer.failure(404, "There is no " + request.path());
    }

    private static Answer post(Request request, Endpoint endpoint) throws BadFieldException, InvalidTokenException {
        return request.method().equals("POST")
                ? endpoint.answer()
                : Answer.failure(405, request.path() + " takes POST, not " + request.method());
    }

    private Answer assign(Request request, Map<String, Object> body) throws BadFieldException, InvalidTokenException {
        if (settings.authentication()) {
            tokens.checkAccess(request.headers().get("authorization"));
        }
        if (required(body, "name").isEmpty()) {
            throw new BadFieldException("Field name must not be empty");
        }
        if (!PACKAGES.contains(required(body, "package"))) {
            throw new BadFieldException("Field package must be local or remote");
        }
        optional(body, "preferred_combiner");
        String version = optional(body, "client_version");
        if (version != null && settings.incompatibleVersions().contains(version)) {
            return Answer.failure(406, "Client version " + version + " is not compatible with this server");
        }
        String clientId = clientId(body);
        if (settings.requireComputePackage()) {
            return new Answer(203, Map.of("status", "package", "message", "No compute package is set"));
        }
        Map<String, Object> assignment = new LinkedHashMap<>();
        assignment.put("status", "assigned");
        assignment.put("client_id", clientId);
        assignment.put("public_hostname", SandboxSettings.HOST);
        assignment.put("internal_hostname", SandboxSettings.HOST);
        assignment.put("port", grpcPort.getAsInt());
        assignment.put("package", "local");
        assignment.put("helper_type", settings.helperType());
        if (settings.dialect().assignsTls()) {
            assignment.put("grpc_secure", settings.tls());
        }
        return new Answer(200, assignment);
    }

    private Answer enroll(Request request, Map<String, Object> body) throws BadFieldException, InvalidTokenException {
        optional(body, "name");
        String clientId = clientId(body);
        Grant grant = tokens.enroll(request.headers().get("authorization"), clientId);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("client_id", clientId);
        answer.putAll(fields(grant));
        return new Answer(200, answer);
    }

    private Answer refresh(RefreshKind kind, Map<String, Object> body) throws BadFieldException, InvalidTokenException {
        return new Answer(200, fields(tokens.refresh(kind, required(body, "refresh_token"))));
    }

    private static Map<String, Object> fields(Grant grant) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("access_token", grant.accessToken());
        fields.put("refresh_token", grant.refreshToken());
        fields.put("expires_in", grant.expiresInSeconds());
        return fields;
    }

    /** A client without an id gets one. */
    private static String clientId(Map<String, Object> body) throws BadFieldException {
        String given = optional(body, "client_id");
        return given == null || given.isEmpty() ? UUID.randomUUID().toString() : given;
    }

    private static String required(Map<String, Object> body, String field) throws BadFieldException {
        String value = optional(body, field);
        if (value == null) {
            throw new BadFieldException("Field " + field + " is missing");
        }
        return value;
    }

    private static @Nullable String optional(Map<String, Object> body, String field) throws BadFieldException {
        Object value = body.get(field);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new BadFieldException("Field " + field + " must be a text, not " + ServerJson.write(value));
    }

    /** One entry of the API, given its request. */
    private interface Endpoint {
        Answer answer() throws BadFieldException, InvalidTokenException;
    }

    /** A body without what it must contain; the client gets the reason. */
    private static final class BadFieldException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        BadFieldException(String reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
