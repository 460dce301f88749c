package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that were packed into one jar without merging the service files of the jars that went into it. */
@Timeout(60)
class NaiveJarTest {

    private enum Packing {
        LEAVES_SERVICE_FILES_OUT,
        KEEPS_THE_FIRST_OF_EACH_NAME,
        KEEPS_THE_LAST_OF_EACH_NAME;

        List<URL> kept(List<URL> files) {
            return switch (this) {
                case LEAVES_SERVICE_FILES_OUT -> List.of();
                case KEEPS_THE_FIRST_OF_EACH_NAME -> files.subList(0, Math.min(1, files.size()));
                case KEEPS_THE_LAST_OF_EACH_NAME -> files.subList(Math.max(0, files.size() - 1), files.size());
            };
        }
    }

    /** What the jar runs: a client of a combiner that is not there. */
    public static final class Program {

        private Program() {}

        /** Joins, and returns what the client says. */
        public static String join() {
            try (EdgeClient client = EdgeClient.builder()
                    .combiner(GrpcConnectionOptions.of("127.0.0.1", 1).withTls(TlsMode.PLAINTEXT))
                    .clientId("c")
                    .stateless()
                    .connectRetry(RetryPolicy.defaults().withMaxAttempts(1))
                    .build()) {
                client.start();
                return "joined";
            } catch (EdgeException failure) {
                return failure.getMessage();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientConnectsOrSaysWhatToDo(Packing packing) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (Jar jar = new Jar(packing)) {
            thread.setContextClassLoader(jar);
            Object said =
                    jar.loadClass(Program.class.getName()).getMethod("join").invoke(null);

            String expected = packing == Packing.LEAVES_SERVICE_FILES_OUT
                    ? "META-INF/services/io.grpc"
                    : "(META-INF/services/io.grpc|connection refused)";
            assertThat(said).asString().containsPattern(expected);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Everything on the class path, as if it were in one jar. */
    private static final class Jar extends URLClassLoader {

        private final Packing packing;

        Jar(Packing packing) throws MalformedURLException {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            this.packing = packing;
        }

        private static URL[] classPath() throws MalformedURLException {
            if (NaiveJarTest.class.getClassLoader() instanceof URLClassLoader loader) {
                return loader.getURLs();
            }
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(new File(entry).toURI().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> files = Collections.list(super.getResources(name));
            return Collections.enumeration(name.startsWith("META-INF/services/") ? packing.kept(files) : files);
        }
    }
}
