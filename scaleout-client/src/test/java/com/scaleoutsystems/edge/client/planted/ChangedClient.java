package com.scaleoutsystems.edge.client.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The client and its tests, loaded once more, with one class compiled from a changed source. What the tests of the JVM use is not
 * touched.
 */
final class ChangedClient extends ClassLoader {

    /** MVStore too, because tests of the disk tell it of their own classes. */
    private static final List<String> LOADED_ANEW = List.of("com.scaleoutsystems.edge.", "org.h2.");

    private static final Path SOURCES = Path.of("src/main/java");

    private final Path changed;

    /**
     * The client as it is.
     *
     * @param changed a folder for classes that are to be used instead of those of the client
     */
    ChangedClient(Path changed) {
        super(ChangedClient.class.getClassLoader());
        this.changed = changed;
    }

    /**
     * Changes the source of a class. Its classes that are loaded later have this change.
     *
     * @param type the name of the class
     * @param code what the source holds exactly once
     * @param other what it holds instead
     */
    void change(String type, String code, String other) throws IOException {
        Path file = Path.of(type.replace('.', '/') + ".java");
        String source = Files.readString(SOURCES.resolve(file));
        assertThat(source).containsOnlyOnce(code);
        Path copy = changed.resolve(file);
        Files.createDirectories(copy.getParent());
        compile(Files.writeString(copy, source.replace(code, other)));
    }

    private void compile(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-d", changed.toString(), "-proc:none", "-implicit:none"),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = LOADED_ANEW.stream().anyMatch(name::startsWith)
                        ? findClass(name)
                        : super.loadClass(name, false);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        Path own = changed.resolve(file);
        try (InputStream in = Files.exists(own) ? Files.newInputStream(own) : getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] content = in.readAllBytes();
            return defineClass(name, content, 0, content.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a test of this client; if it has parameters, with the first of its arguments.
     *
     * @param method the name of its class, a number sign, its name and its parameters' types
     * @return what each failure says
     */
    List<String> failures(String method) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(this);
        try {
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selector(method))
                            .build(),
                    listener);
        } finally {
            thread.setContextClassLoader(before);
        }
        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getTestsStartedCount()).as(method).isEqualTo(1);
        return summary.getFailures().stream()
                .map(failure -> String.valueOf(failure.getException()))
                .toList();
    }

    private DiscoverySelector selector(String method) {
        DiscoverySelector all = DiscoverySelectors.selectMethod(this, method);
        return method.endsWith("()") ? all : DiscoverySelectors.selectIteration(all, 0);
    }
}
