package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Stages;
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
    private final CallIdentity credentials;
    private final Duration timeout;

    UnaryCalls(S service, CallIdentity credentials, Duration timeout) {
        this.service = service.withCallCredentials(credentials);
        this.credentials = credentials;
        this.timeout = timeout;
    }

    <T> CompletionStage<T> call(String what, Call<S, T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            call.on(
                    service.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                    new SingleAnswer<>(what, result));
        } catch (RuntimeException failure) {
            // What cannot even be rendered will never arrive: the record is at fault, not the network.
            result.completeExceptionally(
                    failure instanceof EdgeException known
                            ? known
                            : new EdgeException(
                                    ErrorCode.INTERNAL, what + " is not possible: " + failure.getMessage(), failure));
        }
        return refreshing(result);
    }

    /** Tells the bearer of a refused token, so that the next attempt shows another one. */
    <T extends @Nullable Object> CompletionStage<T> refreshing(CompletionStage<T> call) {
        return call.whenComplete((answer, error) -> {
            if (error != null
                    && Stages.cause(error) instanceof EdgeException known
                    && known.code() == ErrorCode.UNAUTHENTICATED) {
                credentials.refused();
            }
        });
    }

    private record SingleAnswer<T>(String what, CompletableFuture<T> result) implements StreamObserver<T> {

        @Override
        public void onNext(T answer) {
            result.complete(answer);
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(GrpcErrors.of(what, failure));
        }

        @Override
        public void onCompleted() {
            // Too late if there was an answer, and an error if there was none.
            result.completeExceptionally(new EdgeException(ErrorCode.INTERNAL, what + " got no answer", null, true, 1));
        }
    }
}
