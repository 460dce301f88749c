package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import io.grpc.ClientInterceptor;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls with one message each way: each has a deadline, and none throws.
 *
 * @param <S> the generated client of the service that is called
 */
final class UnaryCalls<S extends AbstractStub<S>> {

    /** What to invoke, and where its answer goes. */
    interface Call<S, T> {
        void on(S service, StreamObserver<T> answer);
    }

    private final S service;
    private final Duration timeout;

    /**
     * Calls of a service.
     *
     * @param service shows who calls
     */
    UnaryCalls(S service, Duration timeout) {
        this.service = service;
        this.timeout = timeout;
    }

    /** These calls about one thing, such as a record. */
    UnaryCalls<S> about(String id) {
        return new UnaryCalls<>(service.withOption(CombinerAnswers.ABOUT, id), timeout);
    }

    /** These calls with what an interceptor adds. */
    UnaryCalls<S> with(ClientInterceptor more) {
        return new UnaryCalls<>(service.withInterceptors(more), timeout);
    }

    <T> CompletionStage<T> call(String what, Call<S, T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            call.on(
                    service.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                    new SingleAnswer<>(what, result));
        } catch (Throwable failure) {
            if (Memory.ranOut(failure)) {
                result.completeExceptionally(GrpcErrors.of(what, failure));
                return result;
            }
            // What cannot even be rendered will never arrive: the record is at fault, not the network.
            result.completeExceptionally(
                    failure instanceof EdgeException known
                            ? known
                            : new EdgeException(
                                    ErrorCode.INTERNAL,
                                    what + " is not possible: " + Failures.describe(failure),
                                    failure));
        }
        return result;
    }

    /** Takes an answer for good only at its end: an answer without a status of gRPC is not the combiner's. */
    private static final class SingleAnswer<T> implements StreamObserver<T> {

        private final String what;
        private final CompletableFuture<T> result;
        private @Nullable T answer;

        SingleAnswer(String what, CompletableFuture<T> result) {
            this.what = what;
            this.result = result;
        }

        @Override
        public void onNext(T answer) {
            this.answer = answer;
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(GrpcErrors.of(what, failure));
        }

        @Override
        public void onCompleted() {
            if (answer == null) {
                result.completeExceptionally(
                        new EdgeException(ErrorCode.INTERNAL, what + " got no answer", null, true, 1));
            } else {
                result.complete(answer);
            }
        }
    }
}
