package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingTest {

    private final ModelException damaged = new ModelException(ErrorCode.DATA_LOSS, "checksum", "the model is damaged");

    @AfterEach
    void thisThreadIsNotInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static List<String> callers(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).map(Throwable::getMessage).toList();
    }

    private static void await(CompletableFuture<String> stage) {
        Blocking.await(stage, "interrupted");
    }

    @Test
    void aFailureReachesTheCallerAsTheObjectThatItIs() {
        Throwable caught = catchThrowable(() -> await(CompletableFuture.failedFuture(damaged)));

        assertThat(caught).isSameAs(damaged).hasNoCause();
        assertThat(caught.getSuppressed()).hasSize(1);
        assertThat(caught.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(BlockingTest.class.getName()));
    }

    @Test
    void eachOfSeveralCallersFindsItsOwnStack() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(2);
        for (String name : List.of("first", "second")) {
            new Thread(
                            () -> {
                                if (catchThrowable(() -> await(stage)) == damaged) {
                                    ended.countDown();
                                }
                            },
                            name)
                    .start();
        }
        stage.completeExceptionally(damaged);

        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(callers(damaged))
                .containsExactlyInAnyOrder(
                        "the call on thread first that waited for this",
                        "the call on thread second that waited for this");
    }

    @Test
    void aFailureThatIsThrownTwiceShowsBothCallsAndItsTextOnce() {
        CompletableFuture<String> stage = CompletableFuture.failedFuture(damaged);
        List<Throwable> caught = new ArrayList<>();
        for (int call = 0; call < 2; call++) {
            caught.add(catchThrowable(() -> await(stage)));
        }

        assertThat(caught).allMatch(failure -> failure == damaged);
        assertThat(damaged.getSuppressed()).hasSize(2);
        assertThat(damaged).hasStackTraceContaining("the model is damaged");
        assertThat(callers(damaged)).noneMatch(text -> text.contains("the model is damaged"));
    }

    @Test
    void aFailureThatIsThrownAgainAndAgainDoesNotGrow() {
        for (int call = 0; call < 1_000; call++) {
            assertThat(catchThrowable(() -> await(CompletableFuture.failedFuture(damaged))))
                    .isSameAs(damaged);
        }

        assertThat(damaged.getSuppressed()).hasSizeLessThan(50);
    }

    @Test
    void aFaultOfTheSdkIsSaidToBeOne() {
        IllegalStateException fault = new IllegalStateException("on purpose");

        EdgeException caught =
                catchThrowableOfType(EdgeException.class, () -> await(CompletableFuture.failedFuture(fault)));

        assertThat(caught.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(caught).hasCause(fault);
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Thread.currentThread().interrupt();

        EdgeException caught = catchThrowableOfType(
                EdgeException.class, () -> Blocking.await(new CompletableFuture<String>(), "interrupted here"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(caught.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(caught).hasMessage("interrupted here");
    }

    @Test
    void aWaitThatMustNotBeInterruptedEndsWithTheStage() {
        Thread.currentThread().interrupt();

        assertThat(catchThrowable(() -> Blocking.join(CompletableFuture.failedFuture(damaged))))
                .isSameAs(damaged);
        assertThat(damaged.getSuppressed()).hasSize(1);
        assertThat(Thread.interrupted()).isTrue();
    }
}
