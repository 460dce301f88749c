package com.scaleoutsystems.edge.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.micrometer.EdgeMeters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.opentelemetry.EdgeTracer;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.spring.CustomTask;
import com.scaleoutsystems.edge.testing.TaskRun;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the public API of the published modules with the texts in the folder {@code api}. */
class PublicApiTest {

    /** Accepts the API as it is, in place of comparing it. */
    private static final boolean ACCEPT = Boolean.getBoolean("api.accept");

    private static final Path TEXTS = Path.of("..", "api");

    static Stream<Arguments> modules() {
        return Stream.of(
                Arguments.of("scaleout-model", ScaleoutModel.class),
                Arguments.of("scaleout-client", EdgeClient.class),
                Arguments.of("scaleout-sandbox", Sandbox.class),
                Arguments.of("scaleout-testing", TaskRun.class),
                Arguments.of("scaleout-micrometer", EdgeMeters.class),
                Arguments.of("scaleout-opentelemetry", EdgeTracer.class),
                Arguments.of("scaleout-spring-boot-starter", CustomTask.class));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void publicApiIsTheOneThatWasAccepted(String module, Class<?> one) throws Exception {
        Path file = TEXTS.resolve(module + ".txt");
        String api = ApiText.of(types(one));
        if (ACCEPT) {
            Files.createDirectories(TEXTS);
            Files.writeString(file, api);
        }

        assertThat(differences(Files.readString(file), api))
                .as(
                        "The public API is another than %s says. A line with - breaks the programs that use it. If the change is"
                                + " meant, accept it with the command of docs/versioning.md.",
                        file.normalize())
                .isEmpty();
    }

    /** The types that lie in the same module, without the internal ones. */
    private static List<Class<?>> types(Class<?> one) throws IOException, URISyntaxException, ClassNotFoundException {
        Path place =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            return types(place, one.getClassLoader());
        }
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            return types(jar.getPath("/"), one.getClassLoader());
        }
    }

    private static List<Class<?>> types(Path classes, ClassLoader loader) throws IOException, ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString().replaceFirst("\\.class$", "");
                String type = name.replace('/', '.').replace('\\', '.');
                if (!type.contains(".internal.") && !type.endsWith("-info")) {
                    types.add(Class.forName(type, false, loader));
                }
            }
        }
        return types;
    }

    /** What is in one text only, with the type that it belongs to. */
    private static List<String> differences(String accepted, String found) {
        Map<String, Set<String>> before = blocks(accepted);
        Map<String, Set<String>> after = blocks(found);
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            Set<String> removed = new TreeSet<>(before.getOrDefault(name, Set.of()));
            Set<String> added = new TreeSet<>(after.getOrDefault(name, Set.of()));
            added.removeAll(removed);
            removed.removeAll(after.getOrDefault(name, Set.of()));
            removed.forEach(line -> differences.add("- " + name + ": " + line));
            added.forEach(line -> differences.add("+ " + name + ": " + line));
        }
        return differences;
    }

    /** The lines of each type; those of an enum's constants with their place. */
    private static Map<String, Set<String>> blocks(String text) {
        Map<String, Set<String>> blocks = new LinkedHashMap<>();
        for (String block : text.split("\n\n")) {
            List<String> lines = block.lines().toList();
            String name = lines.get(0).replaceFirst("[^.]* ([\\w$]+\\.[\\w.$]+).*", "$1");
            Set<String> members = new TreeSet<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                members.add(line.startsWith("constant ") ? i + ". " + line : line);
            }
            blocks.put(name, members);
        }
        return blocks;
    }

    // Planted changes.

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of(
                        "a method is gone", "class Api { public void m() {} }", "class Api {}", "- public void m()"),
                Arguments.of(
                        "a method is no longer public",
                        "class Api { public void m() {} }",
                        "class Api { void m() {} }",
                        "- public void m()"),
                Arguments.of(
                        "a method is new in an interface",
                        "interface Api {}",
                        "interface Api { int m(); }",
                        "+ public abstract int m()"),
                Arguments.of(
                        "a type argument changed",
                        "interface Api { java.util.List<? extends Number> m(); }",
                        "interface Api { java.util.List<Number> m(); }",
                        "- public abstract java.util.List<? extends Number> m()"),
                Arguments.of(
                        "a type parameter has another bound",
                        "interface Api { <T extends Comparable<T>> T m(T[] given); }",
                        "interface Api { <T> T m(T[] given); }",
                        "- public abstract <T extends Comparable<T>> T m(T[])"),
                Arguments.of(
                        "a checked exception is new",
                        "interface Api { void m(String... given); }",
                        "interface Api { void m(String... given) throws java.io.IOException; }",
                        "+ public abstract void m(String...) throws java.io.IOException"),
                Arguments.of(
                        "a method may return null",
                        "interface Api { String m(); }",
                        "interface Api { @org.jspecify.annotations.Nullable String m(); }",
                        "+ public abstract @Nullable String m()"),
                Arguments.of(
                        "a constant has another value",
                        "class Api { public static final int LIMIT = 1; private Api() {} }",
                        "class Api { public static final int LIMIT = 2; private Api() {} }",
                        "- public static final int LIMIT = 1"),
                Arguments.of("an enum lost a constant", "enum Api { A, B }", "enum Api { A }", "- 2. constant B"),
                Arguments.of("an enum has another order", "enum Api { A, B }", "enum Api { B, A }", "+ 1. constant B"),
                Arguments.of(
                        "a record has one component more",
                        "record Api(int a) {}",
                        "record Api(int a, String b) {}",
                        "- public record planted.Api(int a)"),
                Arguments.of(
                        "a sealed type permits one more",
                        "sealed interface Api { record A() implements Api {} }",
                        "sealed interface Api { record A() implements Api {} record B() implements Api {} }",
                        "- public sealed interface planted.Api permits planted.Api$A"),
                Arguments.of("a class is final", "class Api {}", "final class Api {}", "- public class planted.Api"),
                Arguments.of(
                        "a class has another parent",
                        "class Api extends RuntimeException {}",
                        "class Api extends Exception {}",
                        "- public class planted.Api extends RuntimeException"),
                Arguments.of(
                        "a method is marked",
                        "class Api { public void m() {} private Api() {} }",
                        "class Api { @Deprecated public void m() {} private Api() {} }",
                        "+ @Deprecated public void m()"),
                Arguments.of(
                        "a method of a hidden parent is gone",
                        "class Api extends Hidden { } class Hidden { public void m() {} }",
                        "class Api extends Hidden { } class Hidden { }",
                        "- public void m()"));
    }

    /** Changes that no program can see. */
    private static final List<String> UNSEEN = List.of(
            "class Api { void m() {} }",
            "class Api { private int x; }",
            "class Api { @Override public String toString() { return \"\"; } }",
            "class Api { static class Inner { public void m() {} } }");

    @TempDir
    static Path folder;

    /** All planted types, each in a package of its own: the compiler runs once. */
    @BeforeAll
    static void compile() throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", folder.toString()));
        for (String source : planted()) {
            Path file =
                    Files.createDirectories(folder.resolve(packageOf(source))).resolve("Api.java");
            Files.writeString(file, "package " + packageOf(source) + "; public " + source);
            arguments.add(file.toString());
        }
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertThat(result).isZero();
    }

    private static List<String> planted() {
        return Stream.concat(
                        changes()
                                .flatMap(change -> Stream.of(change.get()[1], change.get()[2]))
                                .map(String.class::cast),
                        Stream.concat(UNSEEN.stream(), Stream.of("class Api {}")))
                .distinct()
                .toList();
    }

    private static String packageOf(String source) {
        return "planted" + planted().indexOf(source);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void plantedChangeIsFound(String change, String before, String after, String difference) throws Exception {
        assertThat(differences(textOf(before), textOf(after)))
                .as(change)
                .contains(difference.substring(0, 2) + "planted.Api: " + difference.substring(2));
    }

    @Test
    void changeOfWhatProgramsCannotNameIsNone() throws Exception {
        for (String changed : UNSEEN) {
            assertThat(differences(textOf("class Api {}"), textOf(changed)))
                    .as(changed)
                    .isEmpty();
        }
    }

    private static String textOf(String source) throws IOException, ReflectiveOperationException {
        URL[] place = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(place, PublicApiTest.class.getClassLoader())) {
            Class<?> api = loader.loadClass(packageOf(source) + ".Api");
            List<Class<?>> types = new ArrayList<>(List.of(api));
            types.addAll(List.of(api.getDeclaredClasses()));
            return ApiText.of(types).replace(packageOf(source) + ".", "planted.");
        }
    }
}
