package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/errors.md} to the codes and reasons that the SDK throws. */
class ErrorsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "errors.md");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    /** The code, and the reason as a text or the name of a constant. */
    private static final Pattern THROWN =
            Pattern.compile("new ModelException\\(\\s*ErrorCode\\.(\\w+),\\s*(?:\"([a-z_]+)\"|Reasons\\.(\\w+)),");

    @Test
    void everyCodeHasARow() throws IOException {
        assertThat(rows("code").stream().map(row -> first(row.get(0))).toList())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ErrorCode.values()).map(Enum::name).toList());
    }

    /** What the page says of a code is what the answers of a server come to. */
    @Test
    void codesPassByThemselvesAsThePageSays() throws IOException {
        Map<ErrorCode, Boolean> passes = new EnumMap<>(ErrorCode.class);
        for (Status.Code status : Status.Code.values()) {
            EdgeException error = GrpcErrors.of("a call", status.toStatus().asRuntimeException());
            passes.merge(error.code(), error.retryable(), Boolean::logicalOr);
        }

        for (List<String> row : rows("code")) {
            ErrorCode code = ErrorCode.valueOf(first(row.get(0)));
            assertThat(row.get(2)).as("%s", code).isIn("yes", "no", "if the server sent it");
            assertThat(!row.get(2).equals("no")).as("%s", code).isEqualTo(passes.getOrDefault(code, false));
        }
    }

    @Test
    void everyReasonHasARowWithItsCodes() throws IOException {
        Map<String, TreeSet<String>> listed = new TreeMap<>();
        for (List<String> row : rows("reason")) {
            listed.put(first(row.get(0)), new TreeSet<>(all(row.get(1))));
        }

        assertThat(listed).isEqualTo(thrown());
    }

    @Test
    void javadocListsTheSameReasons() throws IOException {
        String source = source("scaleout-model", "com/scaleoutsystems/edge/ModelException.java");
        String list = source.substring(source.indexOf("@return one of"), source.indexOf("public String reason()"));

        assertThat(Pattern.compile("\\{@code (\\w+)}").matcher(list).results().map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(thrown().keySet());
    }

    /** The reasons in the sources of the published modules, and their codes. */
    private static Map<String, TreeSet<String>> thrown() throws IOException {
        Map<String, TreeSet<String>> reasons = new TreeMap<>();
        for (String module : List.of("scaleout-model", "scaleout-client", "scaleout-sandbox")) {
            try (Stream<Path> files = Files.walk(sources(module))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    List<MatchResult> found = THROWN.matcher(text).results().toList();
                    found.forEach(one -> reasons.computeIfAbsent(reason(one), name -> new TreeSet<>())
                            .add(one.group(1)));
                    assertThat(found)
                            .as("each reason in %s is a text or a constant of Reasons", file)
                            .hasSize(text.split("new ModelException\\(", -1).length - 1);
                }
            }
        }
        return reasons;
    }

    /** A constant of {@code Reasons} is named as its text is. */
    private static String reason(MatchResult found) {
        return found.group(2) != null ? found.group(2) : found.group(3).toLowerCase(Locale.ROOT);
    }

    private static Path sources(String module) {
        return Path.of("..", module, "src", "main", "java");
    }

    private static String source(String module, String file) throws IOException {
        return Files.readString(sources(module).resolve(file));
    }

    /** The cells of the table whose first column has this head. */
    private static List<List<String>> rows(String head) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (!line.startsWith("|")) {
                inside = false;
            } else if (line.startsWith("| " + head + " |")) {
                inside = true;
            } else if (inside && line.startsWith("| `")) {
                rows.add(Stream.of(line.substring(1, line.length() - 1).split("\\|"))
                        .map(String::strip)
                        .toList());
            }
        }
        return rows;
    }

    private static String first(String cell) {
        return all(cell).get(0);
    }

    private static List<String> all(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).collect(Collectors.toList());
    }
}
