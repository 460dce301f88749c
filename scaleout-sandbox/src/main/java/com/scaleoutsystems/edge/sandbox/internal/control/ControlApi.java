package com.scaleoutsystems.edge.sandbox.internal.control;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Answer;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the control endpoint answers. Whoever has no token learns nothing, not even which paths there are. */
public final class ControlApi implements RestServer.Api {
    private static final int TOKEN_BYTES = 32;
    private static final String FAULTS = "/faults";
    private static final String STORY = "/story";
    private static final String ACTIONS = "/actions/";

    private final Faults faults;
    private final Map<String, Action> actions;
    private final String token = newToken();

    /** Does something to the servers, and tells what the caller needs to know then. */
    public interface Action extends Supplier<Map<String, Object>> {}

    /**
     * @param actions what can be done to the servers, by name
     */
    public ControlApi(Faults faults, Map<String, Action> actions) {
        this.faults = faults;
        this.actions = actions;
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public String token() {
        return token;
    }

    @Override
    public Optional<Answer> refusal(Map<String, String> headers) {
        byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        String given = headers.getOrDefault("authorization", "");
        return MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))
                ? Optional.empty()
                : Optional.of(Answer.failure(401, "The control endpoint needs its token as bearer token"));
    }

    @Override
    public void serve(Request request, Consumer<Answer> answer) {
        answer.accept(handle(request));
    }

    private Answer handle(Request request) {
        try {
            return route(request);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Answer.failure(400, String.valueOf(e.getMessage()));
        } catch (EdgeException e) {
            return Answer.failure(409, String.valueOf(e.getMessage()));
        }
    }

    private Answer route(Request request) {
        String path = request.path();
        return switch (request.method() + " " + (path.startsWith(ACTIONS) ? ACTIONS : path)) {
            case "GET " + FAULTS -> new Answer(200, Map.of("strikes", faults.strikes(), "faults", all()));
            case "POST " + FAULTS -> {
                int number = faults.add(FaultJson.read(ServerJson.object(request.body())));
                yield new Answer(201, Map.of("number", number));
            }
            case "DELETE " + FAULTS -> {
                faults.clear();
                yield new Answer(200, Map.of());
            }
            case "GET " + STORY ->
                new Answer(
                        200,
                        Map.of(
                                "story",
                                faults.story().stream().map(FaultJson::write).toList()));
            case "POST " + ACTIONS -> act(path.substring(ACTIONS.length()));
            default ->
                request.method().equals("DELETE") && path.startsWith(FAULTS + "/")
                        ? remove(path.substring(FAULTS.length() + 1))
                        : Answer.failure(404, "There is no " + request.method() + " " + path);
        };
    }

    private List<Map<String, Object>> all() {
        return faults.all().entrySet().stream()
                .map(entry -> FaultJson.write(entry.getKey(), entry.getValue(), faults.strikes(entry.getKey())))
                .toList();
    }

    private Answer remove(String number) {
        int known = Integer.parseInt(number);
        if (!faults.all().containsKey(known)) {
            return Answer.failure(404, "There is no fault " + known);
        }
        faults.remove(known);
        return new Answer(200, Map.of());
    }

    private Answer act(String name) {
        Action action = actions.get(name);
        if (action == null) {
            return Answer.failure(404, "There is no action " + name + "; there are " + new TreeSet<>(actions.keySet()));
        }
        return new Answer(200, action.get());
    }
}
