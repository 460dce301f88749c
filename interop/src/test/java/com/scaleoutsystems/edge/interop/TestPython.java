package com.scaleoutsystems.edge.interop;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * The environments that the tests run Python in. Without a Python to make them with, tests are skipped, or failed where
 * CI=true. What failed once in a test run is not tried again.
 */
final class TestPython {
    private static final boolean IN_CI = "true".equals(System.getenv("CI"));
    private static final Map<String, Attempt> ATTEMPTS = new HashMap<>();

    private TestPython() {}

    /** Makes something that needs Python. */
    interface Maker<T> {
        T make() throws IOException, MissingPythonException;
    }

    private record Attempt(PythonEnvironment environment, Throwable failure) {}

    static synchronized PythonEnvironment ofRelease(String release) {
        Attempt attempt = ATTEMPTS.computeIfAbsent(release, TestPython::attempt);
        if (attempt.failure() instanceof TestAbortedException skipped) {
            throw skipped;
        }
        if (attempt.failure() != null) {
            fail(
                    "The tests with Python can't run: " + attempt.failure().getMessage()
                            + "\nWithout them the build runs with -DexcludedGroups=interop",
                    attempt.failure());
        }
        return attempt.environment();
    }

    private static Attempt attempt(String release) {
        try {
            return new Attempt(
                    skipOrFail(() -> PythonEnvironment.ofRelease(release, ModuleFiles.target()), IN_CI), null);
        } catch (TestAbortedException e) {
            // Test runners count skipped tests, but do not say why. Without Python it is the same for each release.
            if (ATTEMPTS.isEmpty()) {
                System.err.println(e.getMessage());
            }
            return new Attempt(null, e);
        } catch (IOException | AssertionError e) {
            return new Attempt(null, e);
        }
    }

    static <T> T skipOrFail(Maker<T> maker, boolean inCi) throws IOException {
        try {
            return maker.make();
        } catch (MissingPythonException e) {
            if (inCi) {
                return fail(
                        "There is " + e.getMessage() + ", and CI=true does not let the tests with Python be skipped");
            }
            return Assumptions.abort("Tests with Python are skipped: there is " + e.getMessage());
        }
    }
}
