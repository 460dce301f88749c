package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls with one message each way: each has a deadline, and none throws. */
final class UnaryCalls {

    /** What to invoke, and where its answer goes. */
    interface Call<T> {
        void on(CombinerClientStub calls, StreamObserver<T> answer);
    }

    private final Channel channel;
    private final CallIdentity credentials;
    private final Duration timeout;

    UnaryCalls(Channel channel, CallIdentity credentials, Duration timeout) {
        this.channel = channel;
        this.credentials = credentials;
        this.timeout = timeout;
    }

    /** A call whose answer says nothing but that it arrived. */
    CompletionStage<@Nullable Void> acknowledged(String what, Call<Response> call) {
        return call(what, call).thenApply(answer -> null);
    }

    <T> CompletionStage<T> call(String what, Call<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            call.on(
                    CombinerClientGrpc.newStub(channel)
                            .withCallCredentials(credentials)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
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

    /** A refused token is told to the bearer, so that the next attempt shows another one. */
    <T extends @Nullable Object> CompletionStage<T> refreshing(CompletionStage<T> call) {
        return call.whenComplete((answer, error) -> {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            if (cause instanceof EdgeException known && known.code() == ErrorCode.UNAUTHENTICATED) {
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
