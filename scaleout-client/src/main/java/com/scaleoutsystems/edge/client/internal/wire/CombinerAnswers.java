package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.net.AnswerMark;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import com.scaleoutsystems.edge.client.internal.state.AnsweredCalls;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.wire.RefusedCalls.Subject;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose the answer to a call is, for all calls and streams of one combiner. An answer is the combiner's if it has a status of
 * gRPC. Any other answer is a proxy's, such as a web page, and fails with a {@link ProxyAnswerException}. A call without an answer, whose
 * stream or connection broke off, fails as UNAVAILABLE. Both are faults of the network. Whoever refuses a token, the next call shows
 * another one.
 *
 * <p>Some proxies, such as those of a service mesh, answer in gRPC. They refuse a call as UNIMPLEMENTED or PERMISSION_DENIED while they do
 * not know where to send it, or whether they may. If the combiner has answered this call before, even in an earlier run, such a refusal
 * is a proxy's too, until the call has been refused for an hour.
 */
final class CombinerAnswers implements ClientInterceptor {

    /** What a call is about, such as the id of a record: each record has its own hour. */
    static final CallOptions.Key<String> ABOUT = CallOptions.Key.createWithDefault("about", "");

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    /** Some proxies and servers accept no field of a header that is larger. */
    private static final int LARGE_TOKEN = 4_096;

    private final AnsweredCalls answered;
    private final String combiner;
    private final RefusedCalls refusedCalls;

    /**
     * The combiner has refused nothing yet.
     *
     * @param answered which calls combiners have answered before
     * @param combiner the address of this one
     */
    CombinerAnswers(AnsweredCalls answered, String combiner, Env env) {
        this.answered = answered;
        this.combiner = combiner;
        this.refusedCalls = new RefusedCalls(env);
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Subject subject = new Subject(method.getFullMethodName(), options.getOption(ABOUT));
        return new JudgedCall<>(next.newCall(method, options), subject, options);
    }

    private final class JudgedCall<Q, A> extends SimpleForwardingClientCall<Q, A> {

        private final Subject subject;
        private final CallOptions options;
        private volatile boolean cancelled;

        JudgedCall(ClientCall<Q, A> call, Subject subject, CallOptions options) {
            super(call);
            this.subject = subject;
            this.options = options;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            super.start(new JudgedAnswer(listener), headers);
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            cancelled = true;
            super.cancel(message, cause);
        }

        private final class JudgedAnswer extends SimpleForwardingClientCallListener<A> {

            private int httpStatus;
            private boolean spoke;

            JudgedAnswer(Listener<A> listener) {
                super(listener);
            }

            @Override
            public void onHeaders(Metadata headers) {
                httpStatus = AnswerMark.httpStatus(headers).orElse(0);
                super.onHeaders(headers);
            }

            @Override
            public void onMessage(A message) {
                if (!spoke) {
                    spoke = true;
                    accepted(subject);
                }
                super.onMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                super.onClose(judged(harmless(status), trailers), trailers);
            }

            /** Nothing behind this sees what was said as it came, not even as the cause of an exception. */
            private Status harmless(Status status) {
                String text = status.getDescription();
                return text == null || !(options.getCredentials() instanceof CallIdentity identity)
                        ? status
                        : status.withDescription(identity.said(text));
            }

            private Status judged(Status status, Metadata trailers) {
                if (status.isOk() || isOwn(status)) {
                    return status;
                }
                if (AnswerMark.isGrpc(trailers)) {
                    boolean unauthenticated = status.getCode() == Status.Code.UNAUTHENTICATED;
                    refreshToken(unauthenticated);
                    if (unauthenticated && hasNoOtherToken()) {
                        return status.withCause(new EdgeException(
                                ErrorCode.UNAUTHENTICATED,
                                GrpcErrors.describe(status)
                                        + "; the combiner refuses the API key: check it, or give another one"));
                    }
                    return isRefusal(status) ? refused(subject, status, trailers) : status;
                }
                OptionalInt end = AnswerMark.httpStatus(trailers);
                if (end.isPresent() || httpStatus > OK) {
                    int http = end.orElse(0) == 0 ? httpStatus : end.getAsInt();
                    refreshToken(http == UNAUTHORIZED);
                    return proxyAnswer(http);
                }
                return brokenOff(status);
            }

            /** A proxy may check tokens, too: the next attempt shows another one. */
            private void refreshToken(boolean refused) {
                if (refused && options.getCredentials() instanceof CallIdentity identity) {
                    identity.refused();
                }
            }

            private boolean hasNoOtherToken() {
                return options.getCredentials() instanceof CallIdentity identity && identity.hasNoOtherToken();
            }

            private Status brokenOff(Status status) {
                int tokenBytes = options.getCredentials() instanceof CallIdentity identity ? identity.shownBytes() : 0;
                return CombinerAnswers.brokenOff(status, tokenBytes);
            }

            /** Whether the client ended the call itself, or had no token for it, or got more than it accepts. */
            private boolean isOwn(Status status) {
                return cancelled
                        || status.getCause() instanceof EdgeException
                        || switch (status.getCode()) {
                            case DEADLINE_EXCEEDED -> true;
                            case CANCELLED -> status.getCause() != null;
                            case RESOURCE_EXHAUSTED -> httpStatus == OK;
                            default -> false;
                        };
            }
        }
    }

    private static boolean isRefusal(Status status) {
        return status.getCode() == Status.Code.UNIMPLEMENTED || status.getCode() == Status.Code.PERMISSION_DENIED;
    }

    private void accepted(Subject subject) {
        answered.add(combiner, subject.method());
        refusedCalls.accepted(subject);
    }

    private Status refused(Subject subject, Status status, Metadata trailers) {
        if (!answered.contains(combiner, subject.method()) || refusedCalls.refused(subject)) {
            return status;
        }
        EdgeException refusal = GrpcErrors.of("the call", status.asRuntimeException(trailers));
        return failed(new ProxyAnswerException(
                GrpcErrors.describe(status)
                        + "; the combiner has answered this call before, so a proxy in between may refuse it: check the proxy's"
                        + " routes and permissions; the client tries again for an hour",
                0,
                refusal));
    }

    /** Without gRPC's own status as its cause, whose text is the whole web page. */
    private static Status proxyAnswer(int httpStatus) {
        ConnectionFault fault = ConnectionFault.ofAnswer(httpStatus);
        return failed(new ProxyAnswerException(fault.finding() + "; " + fault.cure(), httpStatus, null));
    }

    private static Status failed(ProxyAnswerException answer) {
        return Status.UNAVAILABLE.withDescription(answer.getMessage()).withCause(answer);
    }

    private static Status brokenOff(Status status, int tokenBytes) {
        String said = ServerText.of(status.getDescription());
        Optional<ConnectionFault> fault = ConnectionFault.ofText(said);
        String text = fault.map(known -> known.finding() + " (" + said + "); " + known.cure())
                .orElse(said);
        if (fault.isEmpty() && status.getCause() == null && tokenBytes > LARGE_TOKEN) {
            text = text + "; perhaps " + ConnectionFault.HEADERS_TOO_LARGE + ", as the access token has " + tokenBytes
                    + " bytes: have the proxy's limit for headers raised";
        }
        return Status.UNAVAILABLE.withDescription(text).withCause(status.getCause());
    }
}
