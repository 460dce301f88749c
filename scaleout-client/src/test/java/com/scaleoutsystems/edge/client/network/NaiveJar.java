package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * A process of {@link NaiveJarTest}: loads everything of a class path as if it were in one jar, runs a client from it, and prints what
 * the client says. It is a process, as a copy of gRPC beside the one of the tests would take away the native code of both.
 */
final class NaiveJar extends URLClassLoader {

    /** What becomes of files that have the same name in several jars. */
    enum Packing {
        LEAVES_SERVICE_FILES_OUT,
        KEEPS_THE_FIRST_OF_EACH_NAME,
        KEEPS_THE_LAST_OF_EACH_NAME;

        private List<URL> kept(List<URL> files) {
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

    private final Packing packing;

    private NaiveJar(URL[] classPath, Packing packing) {
        super(classPath, ClassLoader.getPlatformClassLoader());
        this.packing = packing;
    }

    /** Needs a packing and the class path of the jar. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        try (NaiveJar jar = new NaiveJar(urls(arguments[1]), Packing.valueOf(arguments[0]))) {
            Thread.currentThread().setContextClassLoader(jar);
            System.out.println(
                    jar.loadClass(Program.class.getName()).getMethod("join").invoke(null));
        }
    }

    private static URL[] urls(String classPath) throws MalformedURLException {
        String[] entries = classPath.split(File.pathSeparator);
        URL[] urls = new URL[entries.length];
        for (int i = 0; i < entries.length; i++) {
            urls[i] = new File(entries[i]).toURI().toURL();
        }
        return urls;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> files = Collections.list(super.getResources(name));
        return Collections.enumeration(name.startsWith("META-INF/services/") ? packing.kept(files) : files);
    }
}
