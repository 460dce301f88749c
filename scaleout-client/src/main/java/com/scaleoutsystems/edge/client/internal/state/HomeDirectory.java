package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The home directory of the user that the program runs as. */
public final class HomeDirectory {

    /** What the JVM says where it finds none. */
    private static final String UNKNOWN = "?";

    private HomeDirectory() {}

    /**
     * The home directory that the JVM has found, or else that of the environment: for a user without an entry in the system's list of
     * users, as in many containers, the JVM finds none.
     *
     * @throws EdgeException FAILED_PRECONDITION if there is none
     */
    public static Path find() {
        return find(System.getProperty("user.home"), System.getenv("HOME"));
    }

    static Path find(@Nullable String ofJvm, @Nullable String ofEnvironment) {
        return absolute(ofJvm)
                .or(() -> absolute(ofEnvironment))
                .orElseThrow(() -> none("this user has no home directory, in which the client would keep its state"));
    }

    private static Optional<Path> absolute(@Nullable String text) {
        if (text == null || text.equals(UNKNOWN)) {
            return Optional.empty();
        }
        try {
            if (!Texts.isDamaged(text)) {
                return Optional.of(Path.of(text)).filter(Path::isAbsolute);
            }
        } catch (InvalidPathException unencodable) {
            throw lost(text);
        }
        throw lost(text);
    }

    private static EdgeException lost(String text) {
        return none("the home directory is '" + text + "', in which characters were lost: " + Texts.LOCALE_CURE);
    }

    private static EdgeException none(String what) {
        return new EdgeException(
                ErrorCode.FAILED_PRECONDITION,
                what + "; set HOME, give a directory to stateDirectory(...) (in the command --state-dir), set"
                        + " SCALEOUT_HOME_DIR (in the command with --from-env), or choose stateless() (--stateless)");
    }
}
