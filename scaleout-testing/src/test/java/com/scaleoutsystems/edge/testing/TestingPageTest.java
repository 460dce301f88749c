package com.scaleoutsystems.edge.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/testing.md shows the code that runs here, and names all methods of the kit. */
class TestingPageTest {

    private static final Pattern DECLARATION =
            Pattern.compile("^(/\\*\\*|(public )?(final )?class )", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`(\\w+)(?:\\([^`]*\\))?`|`\\w+\\.(\\w+)`");

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "testing.md"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MeanTraining", "MeanTrainingTest"})
    void thePageShowsTheCodeThatRuns(String type) throws IOException {
        String source = Files.readString(Path.of("src/test/java/com/example/training", type + ".java"));
        Matcher declaration = DECLARATION.matcher(source);
        assertThat(declaration.find()).isTrue();

        assertThat(page())
                .contains("```java\n" + source.substring(declaration.start()).stripTrailing() + "\n```");
    }

    @ParameterizedTest
    @ValueSource(classes = {TaskRun.class, TaskRunResult.class, EdgeClients.class})
    void thePageNamesEachMethod(Class<?> type) throws IOException {
        Set<String> named =
                CODE.matcher(page()).results().flatMap(TestingPageTest::names).collect(Collectors.toSet());

        assertThat(named).containsAll(publicMethods(type));
    }

    private static Stream<String> names(MatchResult code) {
        return Stream.of(code.group(1), code.group(2)).filter(name -> name != null);
    }

    private static Set<String> publicMethods(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !name.equals("toString"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theReadmeLinksToThePage() throws IOException {
        assertThat(Files.readString(Path.of("..", "README.md"))).contains("(docs/testing.md)");
    }
}
