package com.scaleoutsystems.edge.client.internal.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

    private static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unreadable() {}

        Unreadable(Throwable cause) {
            super(cause);
        }

        @Override
        public String getMessage() {
            throw new IllegalStateException("this exception has no message");
        }
    }

    private static final class Nothing extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new StackOverflowError();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aForeignExceptionIsDescribedByItsClassAndItsMessage() {
        NullPointerException missing = null;
        try {
            Objects.requireNonNull(null, "model");
        } catch (NullPointerException thrown) {
            missing = thrown;
        }

        assertThat(Failures.describe(missing)).isEqualTo("NullPointerException: model");
        assertThat(Failures.describe(new OutOfMemoryError("heap"))).isEqualTo("OutOfMemoryError: heap");
        assertThat(Failures.describe(new RuntimeException(new EdgeException(ErrorCode.IO, "disk full"))))
                .isEqualTo("RuntimeException: com.scaleoutsystems.edge.EdgeException: disk full");
    }

    @Test
    void anExceptionOfTheSdkIsDescribedByItsMessage() {
        assertThat(Failures.describe(new EdgeException(ErrorCode.NOT_FOUND, "no model m")))
                .isEqualTo("no model m");
        assertThat(Failures.describe(new ModelException(ErrorCode.DATA_LOSS, "format", "the model is cut off")))
                .isEqualTo("the model is cut off");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void anExceptionWithoutAMessageIsDescribedByItsClass(String message) {
        assertThat(Failures.describe(new ArithmeticException(message))).isEqualTo("ArithmeticException");
        assertThat(Failures.describe(new EdgeException(ErrorCode.IO, message))).isEqualTo("EdgeException");
    }

    @Test
    void anAnonymousExceptionIsDescribedByTheNameThatItHas() {
        RuntimeException anonymous = new RuntimeException("odd") {
            private static final long serialVersionUID = 1L;
        };

        assertThat(Failures.describe(anonymous)).matches(".*\\.FailuresTest\\$\\d+: odd");
    }

    @Test
    void anExceptionWhoseMessageCannotBeReadIsDescribedByItsClass() {
        assertThat(Failures.describe(new Unreadable())).isEqualTo("Unreadable");
        assertThat(Failures.describe(null)).isEqualTo("unknown reason");
    }

    @Test
    void whatCanBePrintedIsLeftAlone() {
        RuntimeException good = new IllegalStateException("boom", new RuntimeException());

        assertThat(Failures.printable(good)).isSameAs(good);
    }

    @Test
    void whatCannotBePrintedIsReplacedByAnExceptionThatSaysTheSameAndHasItsStack() {
        Unreadable unreadable = new Unreadable();

        Throwable shown = Failures.printable(unreadable);

        assertThat(Failures.describe(shown)).isEqualTo("Unreadable");
        assertThat(shown.getStackTrace()).isEqualTo(unreadable.getStackTrace());
        assertThat(Failures.describe(Failures.printable(new Nothing()))).isEqualTo("Nothing");
    }

    @Test
    void anExceptionOfTheSdkWhoseCauseCannotBePrintedKeepsItsCodeAndItsMessage() {
        Throwable shown = Failures.printable(new EdgeException(ErrorCode.IO, "disk full", new Unreadable(null)));

        assertThat(shown).hasNoCause().hasMessage("disk full");
        assertThat(((EdgeException) shown).code()).isEqualTo(ErrorCode.IO);
    }

    @Test
    void whatIsHarmlessIsLoggedAsItIs() {
        RuntimeException good = new IllegalStateException("boom", new RuntimeException());

        assertThat(Failures.loggable(good)).isSameAs(good);
    }

    @Test
    void theLogShowsNoSecondLineAndNoTokenOfWhatLedToAFailure() {
        String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbGluaWMtMSJ9.c2lnbmF0dXJl";
        IllegalStateException evil = new IllegalStateException("data\nFORGED line of " + token);
        for (Throwable failure : List.of(evil, new EdgeException(ErrorCode.IO, "no", evil), suppressing(evil))) {
            StringWriter log = new StringWriter();
            Throwable shown = Failures.loggable(failure);
            shown.printStackTrace(new PrintWriter(log));

            assertThat(log.toString().lines()).noneMatch(line -> line.startsWith("FORGED"));
            assertThat(log.toString()).doesNotContain(token);
            assertThat(shown.getStackTrace()).isEqualTo(failure.getStackTrace());
        }
        assertThat(Failures.loggable(evil).getMessage())
                .isEqualTo("java.lang.IllegalStateException: data FORGED line of …");
    }

    @Test
    void aLongMessageIsCutBeforeItIsExamined() {
        String described = Failures.describe(new IllegalStateException("x".repeat(1_000_000)));

        assertThat(described)
                .hasSize("IllegalStateException: ".length() + 20_001)
                .endsWith("x…");
    }

    @Test
    void whatSaysItsMessageByCodeOfTheHostsIsLoggedAsACopy() {
        RuntimeException own = new RuntimeException("plain") {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                return "made up";
            }
        };

        Throwable shown = Failures.loggable(new IllegalStateException("outer", own));

        assertThat(shown).hasToString("java.lang.IllegalStateException: outer");
        assertThat(shown.getCause()).hasToString(own.toString()).isNotInstanceOf(own.getClass());
        assertThat(shown.getCause().getStackTrace()).isEqualTo(own.getStackTrace());
    }

    private static Throwable suppressing(Throwable suppressed) {
        Throwable failure = new IllegalStateException("outer");
        failure.addSuppressed(suppressed);
        return failure;
    }

    @Test
    void whatCannotBePrintedIsLoggedByItsClass() {
        assertThat(Failures.loggable(new Unreadable()).getMessage()).isEqualTo("Unreadable");
        assertThat(Failures.loggable(new Nothing()).getMessage()).isEqualTo("Nothing");
    }

    /** A class that cannot be initialised. */
    private static final class Broken {
        static final int VALUE = Integer.parseInt("no number");

        private Broken() {}
    }

    private static LinkageError initialising() {
        try {
            throw new AssertionError("initialised: " + Broken.VALUE);
        } catch (LinkageError thrown) {
            return thrown;
        }
    }

    @Test
    void aClassThatCannotBeInitialisedIsDescribedWithTheReason() {
        LinkageError first = initialising();
        LinkageError second = initialising();

        assertThat(first).isInstanceOf(ExceptionInInitializerError.class);
        assertThat(Failures.describe(first))
                .isEqualTo(
                        "ExceptionInInitializerError, because of NumberFormatException: For input string: \"no number\"");
        assertThat(second).isInstanceOf(NoClassDefFoundError.class);
        assertThat(Failures.describe(second)).contains("Could not initialize class", "no number");
        assertThat(Failures.describe(new NoClassDefFoundError("org/x/Y"))).isEqualTo("NoClassDefFoundError: org/x/Y");
        assertThatThrownBy(() -> Blocking.join(CompletableFuture.failedFuture(first)))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("no number");
    }

    @Test
    void lackOfMemoryIsFoundAmongTheCauses() {
        OutOfMemoryError lack = new OutOfMemoryError("Java heap space");

        assertThat(Memory.ranOut(lack)).isTrue();
        assertThat(Memory.ranOut(new IllegalStateException(new RuntimeException(lack))))
                .isTrue();
        assertThat(Memory.ranOut(new StackOverflowError())).isFalse();
        assertThat(Memory.ranOut(null)).isFalse();
        assertThatThrownBy(() -> Memory.rethrowLack(new IllegalStateException(lack)))
                .isSameAs(lack);
        assertThatThrownBy(() -> Blocking.join(CompletableFuture.failedFuture(lack)))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
                .hasMessageContaining("the heap of this JVM may take");
    }
}
