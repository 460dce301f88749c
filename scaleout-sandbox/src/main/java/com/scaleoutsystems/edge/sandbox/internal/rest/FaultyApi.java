package com.scaleoutsystems.edge.sandbox.internal.rest;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.internal.core.Newest;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.internal.fault.Strike;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Answer;
import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Stands before the REST API, and lets its calls suffer from faults. */
public final class FaultyApi implements RestServer.Api {
    static final int MOST_UNANSWERED = 100;

    private static final Set<FaultKind> POSSIBLE = EnumSet.of(
            FaultKind.ERROR,
            FaultKind.NO_ANSWER,
            FaultKind.LOST_ANSWER,
            FaultKind.LATE_ANSWER,
            FaultKind.OVERSIZED_ANSWER);

    private final Function<Request, Answer> api;
    private final Faults faults;
    private final ScheduledExecutorService timer;

    /** What the calls without an answer wait for. The JDK's server does not see that a client is gone. */
    private final Newest<CountDownLatch> unanswered =
            new Newest<>(MOST_UNANSWERED, Long.MAX_VALUE, CountDownLatch::countDown);

    public FaultyApi(Function<Request, Answer> api, Faults faults, ScheduledExecutorService timer) {
        this.api = api;
        this.faults = faults;
        this.timer = timer;
    }

    @Override
    public void serve(Request request, Consumer<Answer> answer) throws IOException {
        Optional<Strike> strike =
                faults.strikeCall(request.method() + " " + request.path(), clientId(request), POSSIBLE);
        if (strike.isEmpty()) {
            answer.accept(api.apply(request));
            return;
        }
        Fault fault = strike.get().fault();
        switch (fault.kind()) {
            case ERROR -> answer.accept(failure(fault));
            case LOST_ANSWER -> {
                var unused = api.apply(request);
                if (fault.code().isEmpty()) {
                    leaveUnanswered();
                } else {
                    answer.accept(failure(fault));
                }
            }
            case LATE_ANSWER -> {
                Answer late = api.apply(request);
                var unused =
                        timer.schedule(() -> answer.accept(late), fault.delay().toNanos(), TimeUnit.NANOSECONDS);
            }
            case OVERSIZED_ANSWER -> answer.accept(oversized(api.apply(request), fault.bytes()));
            default -> leaveUnanswered();
        }
    }

    /** Waits until the call is broken off. It keeps its thread, since only this thread can make the JDK's server forget the call. */
    private void leaveUnanswered() throws IOException {
        CountDownLatch brokenOff = new CountDownLatch(1);
        synchronized (unanswered) {
            unanswered.add(brokenOff, 0);
        }
        try {
            brokenOff.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The sandbox closes");
        }
        throw new IOException("A fault of the plan: the call has no answer");
    }

    /** Closes the connections of the calls that have no answer. */
    public void breakOff() {
        synchronized (unanswered) {
            unanswered.all().forEach(CountDownLatch::countDown);
            unanswered.clear();
        }
    }

    private static Answer failure(Fault fault) {
        return Answer.failure(Integer.parseInt(fault.code()), "A fault of the plan: " + fault.what());
    }

    private static Answer oversized(Answer answer, long bytes) {
        Map<String, Object> body = new LinkedHashMap<>(answer.body());
        body.put("filler", "x".repeat((int) Math.min(bytes, Integer.MAX_VALUE / 2)));
        return new Answer(answer.status(), body);
    }

    private static String clientId(Request request) {
        try {
            return ServerJson.object(request.body()).get("client_id") instanceof String id ? id : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
