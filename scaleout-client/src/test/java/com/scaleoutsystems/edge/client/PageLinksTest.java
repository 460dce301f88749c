package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every link of the repository's pages to a file, a folder or a heading leads somewhere. */
@Tag("once")
class PageLinksTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Set<String> SKIPPED = Set.of("target", "src", ".git");

    @TempDir
    Path folder;

    @Test
    void eachLinkLeadsSomewhere() throws IOException {
        List<Path> pages = pages(ROOT);

        assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/servers.md"));
        assertThat(brokenLinks(pages)).isEmpty();
    }

    @Test
    void brokenLinksAreFound() throws IOException {
        Files.writeString(folder.resolve("there.md"), "# Both `kinds`, of it\n");
        Path page = Files.writeString(folder.resolve("page.md"), """
                # A page

                [good](there.md) [good](#a-page) [good](there.md#both-kinds-of-it) [good](https://example.org/nothing)
                [no file](missing.md) [no heading](there.md#both) [no heading](#page)
                """);

        assertThat(brokenLinks(List.of(page)))
                .containsExactly("page.md: missing.md", "page.md: there.md#both", "page.md: #page");
    }

    private static List<Path> pages(Path directory) throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.sorted().toList()) {
                if (Files.isDirectory(child)
                        && !SKIPPED.contains(child.getFileName().toString())) {
                    pages.addAll(pages(child));
                } else if (child.toString().endsWith(".md")) {
                    pages.add(child);
                }
            }
        }
        return pages;
    }

    private static List<String> brokenLinks(List<Path> pages) throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
            while (link.find()) {
                String file = link.group(1);
                String heading = link.group(2);
                Path target = file.isEmpty() ? page : page.resolveSibling(file);
                if (!Files.exists(target)
                        || (heading != null && !headings(target).contains(heading))) {
                    broken.add(page.getFileName() + ": " + file + (heading == null ? "" : "#" + heading));
                }
            }
        }
        return broken;
    }

    /** The names by which links find the headings of a page. */
    private static Set<String> headings(Path page) throws IOException {
        return HEADING.matcher(CODE.matcher(Files.readString(page)).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
